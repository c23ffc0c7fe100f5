CREATE FUNCTION api.search_count(actor jsonb, query text, kinds text, lang text)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (SELECT FROM api.search_hits(actor, query, kinds, lang) LIMIT 1001) AS h
$$;
COMMENT ON FUNCTION api.search_count(jsonb, text, text, text) IS 'How many entities a query finds, counted to 1,000.';
