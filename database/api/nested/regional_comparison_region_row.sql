CREATE VIEW api.regional_comparison_region_row AS
SELECT x.regional_comparison_id, x.region_id, x.position
FROM wiki.regional_comparison_region x;
COMMENT ON VIEW api.regional_comparison_region_row IS 'Regions of regional comparisons.';
