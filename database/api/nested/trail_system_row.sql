CREATE VIEW api.trail_system_row AS
SELECT x.trail_id, x.system_id, x.position
FROM wiki.trail_system x;
COMMENT ON VIEW api.trail_system_row IS 'Systems of trails.';
