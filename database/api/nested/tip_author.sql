CREATE FUNCTION api.tip_author(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT v FROM api.entity_author(id, lang, actor) v
$$;
COMMENT ON FUNCTION api.tip_author(uuid, text, jsonb) IS 'Who wrote a tip; null when he is no longer shown.';
