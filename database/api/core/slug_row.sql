-- Slugs, old ones too: they lead on to their entity.
CREATE VIEW api.slug_row AS
SELECT s.kind, s.lang, s.slug, s.entity_id, s.current
FROM wiki.slug s;
COMMENT ON VIEW api.slug_row IS 'Slugs by kind and language; for the read fields.';
