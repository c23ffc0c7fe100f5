-- Slugs, old ones too: they lead on to their entity, and those of one that was merged into
-- another to that.
CREATE VIEW api.slug_row AS
SELECT s.kind, s.lang, s.slug, coalesce(e.merged_into, s.entity_id) AS entity_id, s.current AND e.merged_into IS NULL AS current,
  s.entity_id AS owner_id
FROM wiki.slug s
JOIN wiki.entity e ON e.id = s.entity_id;
COMMENT ON VIEW api.slug_row IS 'Slugs by kind and language, with the entity they lead to and the one they were given to; for the read fields.';
