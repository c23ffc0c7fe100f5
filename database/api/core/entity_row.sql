CREATE VIEW api.entity_row AS
SELECT e.id, e.kind::text AS kind, e.state::text AS state, e.visibility::text AS visibility, e.version,
  e.original_lang::text AS original_lang, e.synthetic, e.protected_until, e.created_at, e.created_by,
  e.updated_at, e.updated_by, e.merged_into
FROM wiki.entity e;
COMMENT ON VIEW api.entity_row IS 'What every entity has, whoever asks: the caller of this view applies api.can_read.';
