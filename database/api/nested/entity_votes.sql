CREATE FUNCTION api.entity_votes(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'up', coalesce((SELECT c.up FROM api.vote_count_row c WHERE c.entity_id = entity_votes.id), 0),
    'down', coalesce((SELECT c.down FROM api.vote_count_row c WHERE c.entity_id = entity_votes.id), 0),
    'mine', coalesce((
      SELECT CASE WHEN v.up THEN 'UP' ELSE 'DOWN' END
      FROM api.vote_row v
      WHERE v.entity_id = entity_votes.id AND v.rider_id = api.rider_id(actor)), 'NONE'))
$$;
COMMENT ON FUNCTION api.entity_votes(uuid, text, jsonb) IS 'Votes for and against a remark, and the caller''s own.';
