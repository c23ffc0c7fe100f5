CREATE FUNCTION api.backlink_count(actor jsonb, entity uuid, mentions boolean)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (SELECT FROM api.backlink_rows(actor, entity, mentions) AS b LIMIT 1001) AS b
$$;
COMMENT ON FUNCTION api.backlink_count(jsonb, uuid, boolean) IS 'How many pages api.backlink_list has, counted to 1,000.';
