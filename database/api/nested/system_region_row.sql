CREATE VIEW api.system_region_row AS
SELECT x.system_id, x.region_id, x.position
FROM wiki.system_region x;
COMMENT ON VIEW api.system_region_row IS 'Regions of systems.';
