CREATE VIEW api.search_document_row AS
SELECT x.entity_id, x.kind::text AS kind, x.lang::text AS lang, x.title, x.body, x.vector, x.plain_title
FROM wiki.search_document x;
COMMENT ON VIEW api.search_document_row IS 'Searchable words of entities, whoever asks: the caller of this view applies api.can_read.';
