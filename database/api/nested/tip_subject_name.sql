CREATE FUNCTION api.tip_subject_name(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT v FROM api.entity_subject_name(id, lang, actor) v
$$;
COMMENT ON FUNCTION api.tip_subject_name(uuid, text, jsonb) IS 'Name of what a tip is about; (not shown) for who may not know of it.';
