CREATE VIEW api.organisation_system_row AS
SELECT x.organisation_id, x.system_id, x.position
FROM wiki.organisation_system x;
COMMENT ON VIEW api.organisation_system_row IS 'Systems of organisations.';
