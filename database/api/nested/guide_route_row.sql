CREATE VIEW api.guide_route_row AS
SELECT x.guide_id, x.route_id, x.position
FROM wiki.guide_route x;
COMMENT ON VIEW api.guide_route_row IS 'Routes of guides.';
