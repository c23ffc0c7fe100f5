CREATE FUNCTION api.entity_comment_count(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(count(*))
  FROM (SELECT FROM api.comment_cards(actor, lang) c WHERE c."subjectId" = entity_comment_count.id LIMIT 1000) AS c
$$;
COMMENT ON FUNCTION api.entity_comment_count(uuid, text, jsonb) IS 'How many comments the discussion of an entity has, counted to 1,000.';
