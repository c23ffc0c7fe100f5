CREATE FUNCTION api.entity_tags(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.entity_tag_row x
  WHERE x.entity_id = entity_tags.id
$$;
COMMENT ON FUNCTION api.entity_tags(uuid, text, jsonb) IS 'Character tags in the order of their vocabulary.';
