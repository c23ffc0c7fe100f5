CREATE VIEW api.external_id_row AS
SELECT x.entity_id, x.scheme, x.value
FROM wiki.external_id x;
COMMENT ON VIEW api.external_id_row IS 'The same things elsewhere.';
