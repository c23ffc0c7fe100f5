CREATE VIEW api.guide_region_row AS
SELECT x.guide_id, x.region_id, x.position
FROM wiki.guide_region x;
COMMENT ON VIEW api.guide_region_row IS 'Regions of guides.';
