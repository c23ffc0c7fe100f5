CREATE VIEW api.uplift_system_row AS
SELECT x.uplift_id, x.system_id, x.position
FROM wiki.uplift_system x;
COMMENT ON VIEW api.uplift_system_row IS 'Systems of uplifts.';
