CREATE FUNCTION wiki.content_now(kind text, id uuid, lang text) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(wiki.recorded_facts(kind, id), '{}') || coalesce(wiki.texts_of(kind, id, lang), '{}')
$$;
COMMENT ON FUNCTION wiki.content_now(text, uuid, text) IS 'Facts of an entity and its texts of one language as they stand now.';
