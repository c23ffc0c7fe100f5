CREATE VIEW api.route_access_point_row AS
SELECT x.route_id, x.access_point_id, x.position
FROM wiki.route_access_point x;
COMMENT ON VIEW api.route_access_point_row IS 'Access points of routes.';
