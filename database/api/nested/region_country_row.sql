CREATE VIEW api.region_country_row AS
SELECT x.region_id, x.code, x.position
FROM wiki.region_country x;
COMMENT ON VIEW api.region_country_row IS 'Countries of regions.';
