CREATE VIEW api.revision_row AS
SELECT r.id, r.entity_id, r.entity_kind::text AS entity_kind, r.number, r.lang::text AS lang, r.kind::text AS kind,
  r.author, CASE WHEN h.revision_id IS NULL THEN r.comment END AS comment, r.created_at, r.size, r.licence, r.previous_id, CASE WHEN h.revision_id IS NULL THEN c.content END AS content,
  coalesce(c.redacted_reason, h.reason) AS redacted_reason, h.revision_id IS NOT NULL AND c.content IS NOT NULL AS hidden
FROM wiki.revision r
JOIN wiki.revision_content c ON c.revision_id = r.id
LEFT JOIN wiki.hidden_revision h ON h.revision_id = r.id;
COMMENT ON VIEW api.revision_row IS 'Revisions with their content, as far as it isn''t hidden or taken out, whoever asks: reads go through api.revision_nodes.';
