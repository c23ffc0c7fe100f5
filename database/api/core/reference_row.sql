CREATE VIEW api.reference_row AS
SELECT r.source_id, r.field, r.target_id FROM wiki.reference r;
COMMENT ON VIEW api.reference_row IS 'Which entity names which in its facts, whoever asks: reads go through api.backlink_list.';
