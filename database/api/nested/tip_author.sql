CREATE FUNCTION api.tip_author(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(c)
  FROM api.entity_row e
  JOIN api.rider_cards(actor, lang) c ON c.id = e.created_by
  WHERE e.id = tip_author.id
$$;
COMMENT ON FUNCTION api.tip_author(uuid, text, jsonb) IS 'Who wrote a tip; null when he is no longer shown.';
