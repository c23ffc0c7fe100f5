CREATE VIEW api.access_point_system_row AS
SELECT x.access_point_id, x.system_id, x.position
FROM wiki.access_point_system x;
COMMENT ON VIEW api.access_point_system_row IS 'Systems of access points.';
