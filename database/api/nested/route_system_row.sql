CREATE VIEW api.route_system_row AS
SELECT x.route_id, x.system_id, x.position
FROM wiki.route_system x;
COMMENT ON VIEW api.route_system_row IS 'Systems of routes.';
