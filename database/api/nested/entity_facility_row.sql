CREATE VIEW api.entity_facility_row AS
SELECT x.entity_id, x.code, t.position, t.label
FROM wiki.entity_facility x
JOIN wiki.term t ON t.vocabulary = x.vocabulary AND t.code = x.code;
COMMENT ON VIEW api.entity_facility_row IS 'Facilities with their place in the vocabulary.';
