CREATE VIEW api.trail_junction_row AS
SELECT x.trail_id, x.position, x.other_id, x.at_m, x.other_at_m
FROM wiki.trail_junction x;
COMMENT ON VIEW api.trail_junction_row IS 'Junctions of trails.';
