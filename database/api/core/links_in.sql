-- The kind follows from the address by the rule that the website's addresses keep:
-- /access-points/north is the ACCESS_POINT north.
CREATE FUNCTION wiki.links_in(texts jsonb) RETURNS TABLE (kind text, slug text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT DISTINCT CASE m[1] WHEN 'comparisons' THEN 'REGIONAL_COMPARISON' ELSE upper(replace(left(m[1], -1), '-', '_')) END, m[2]
  FROM regexp_matches(texts::text, '\]\(/([a-z][a-z-]{1,30}s)/([a-z0-9]+(?:-[a-z0-9]+)*)[)#? ]', 'g') AS m
  WHERE length(m[2]) <= 100
$$;
COMMENT ON FUNCTION wiki.links_in(jsonb) IS 'Addresses of pages of this wiki that Markdown texts link to, such as [Daydream](/trails/daydream).';
