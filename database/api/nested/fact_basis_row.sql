CREATE VIEW api.fact_basis_row AS
SELECT x.entity_id, x.field, x.basis::text AS basis, x.source, x.url, x.dated, x.valid_until, x.licence
FROM wiki.fact_basis x;
COMMENT ON VIEW api.fact_basis_row IS 'What facts rest on.';
