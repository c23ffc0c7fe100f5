CREATE VIEW api.system_subdivision_row AS
SELECT x.system_id, x.code, x.position
FROM wiki.system_subdivision x;
COMMENT ON VIEW api.system_subdivision_row IS 'Subdivisions of systems.';
