CREATE FUNCTION api.entity_author(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(c)
  FROM api.entity_row e
  JOIN api.rider_cards(actor, lang) c ON c.id = e.created_by
  WHERE e.id = entity_author.id
$$;
COMMENT ON FUNCTION api.entity_author(uuid, text, jsonb) IS 'Who made an entity; null when he is no longer shown.';
