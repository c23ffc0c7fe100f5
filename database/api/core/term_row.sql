CREATE VIEW api.term_row AS
SELECT t.vocabulary, t.code, t.position, t.label, t.description, t.term_group, t.common
FROM wiki.term t;
COMMENT ON VIEW api.term_row IS 'Members of the vocabularies.';
