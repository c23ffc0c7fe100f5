CREATE FUNCTION api.search_count(actor jsonb, query text, kinds text)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (SELECT DISTINCT f.entity_id FROM api.search_found(actor, query, kinds) f LIMIT 1001) AS h
$$;
COMMENT ON FUNCTION api.search_count(jsonb, text, text) IS 'How many entities a query finds, counted to 1,000.';
