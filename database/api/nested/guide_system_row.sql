CREATE VIEW api.guide_system_row AS
SELECT x.guide_id, x.system_id, x.position
FROM wiki.guide_system x;
COMMENT ON VIEW api.guide_system_row IS 'Systems of guides.';
