CREATE VIEW api.text_link_row AS
SELECT l.source_id, l.lang::text AS lang, l.kind, l.slug::text AS slug FROM wiki.text_link l;
COMMENT ON VIEW api.text_link_row IS 'Which texts link to which address, whoever asks: reads go through api.backlink_list.';
