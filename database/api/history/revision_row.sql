CREATE VIEW api.revision_row AS
SELECT r.id, r.entity_id, r.entity_kind::text AS entity_kind, r.number, r.lang::text AS lang, r.kind::text AS kind,
  r.author, r.comment, r.created_at, r.size, r.licence, r.previous_id, c.content, c.redacted_reason
FROM wiki.revision r
JOIN wiki.revision_content c ON c.revision_id = r.id;
COMMENT ON VIEW api.revision_row IS 'Revisions with their content, whoever asks: reads go through api.revision_nodes.';
