CREATE FUNCTION api.discussion_count(actor jsonb, subject uuid)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (SELECT FROM api.discussion_threads(actor, subject) t LIMIT 1001) AS t
$$;
COMMENT ON FUNCTION api.discussion_count(jsonb, uuid) IS 'How many threads a discussion has, counted to 1,000.';
