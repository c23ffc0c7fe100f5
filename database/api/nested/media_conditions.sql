CREATE FUNCTION api.media_conditions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.media_condition_row x
  WHERE x.media_id = media_conditions.id
$$;
COMMENT ON FUNCTION api.media_conditions(uuid, text, jsonb) IS 'Conditions that a photo or film was taken in, in the order of their vocabulary.';
