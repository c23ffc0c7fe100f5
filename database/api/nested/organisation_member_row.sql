CREATE VIEW api.organisation_member_row AS
SELECT x.organisation_id, x.rider_id, x.role::text AS role, x.since
FROM wiki.organisation_member x;
COMMENT ON VIEW api.organisation_member_row IS 'Which riders said that they belong to which organisations.';
