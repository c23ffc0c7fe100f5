CREATE FUNCTION api.trail_external_ids(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('scheme', x.scheme, 'value', x.value) ORDER BY x.scheme COLLATE "C", x.value COLLATE "C"), '[]')
  FROM api.external_id_row x
  WHERE x.entity_id = trail_external_ids.id
    AND EXISTS (SELECT FROM api.entity_row e WHERE e.id = trail_external_ids.id AND api.sees_place(actor, e.visibility))
$$;
COMMENT ON FUNCTION api.trail_external_ids(uuid, text, jsonb) IS 'The same trail elsewhere; none for readers of the name only.';
