CREATE FUNCTION api.search_page(actor jsonb, query text, kinds text, lang text, first integer, after text, cards boolean DEFAULT false)
RETURNS TABLE (node json, cursor text, found bigint)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT h.*, count(*) OVER () AS found
    FROM api.search_hits(actor, query, kinds, search_page.lang) AS h
    WHERE after IS NULL
      OR (after ~ '^[0-9]{1,12}:[0-9a-f-]{36}$'
        AND (-h.score, h.entity_id::text) > (-(split_part(after, ':', 1)::bigint), split_part(after, ':', 2)))
    ORDER BY h.score DESC, h.entity_id::text
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT json_build_object(
      'kind', p.kind, 'id', p.entity_id,
      'slug', (SELECT s.slug FROM api.slug_row s WHERE s.owner_id = p.entity_id AND s.lang = e.original_lang AND s.current),
      'title', p.title,
      -- The marks of the extract must be ours alone.
      'snippet', CASE WHEN api.sees_place(actor, e.visibility) AND d.body IS NOT NULL THEN
        ts_headline('pg_catalog.english', translate(left(d.body, 10000), '«»', '""'),
          websearch_to_tsquery('pg_catalog.english', left(query, 200)) || websearch_to_tsquery('pg_catalog.simple', left(query, 200)),
          'StartSel=«, StopSel=», MaxFragments=2, MaxWords=20, MinWords=8, FragmentDelimiter= … ')
        ELSE '' END,
      'score', p.score / 1000000.0, 'synthetic', e.synthetic,
      'trail', CASE WHEN cards AND p.kind = 'TRAIL' THEN (
        SELECT to_json(c) FROM api.trail_cards(actor, search_page.lang) c WHERE c.id = p.entity_id) END),
    p.score || ':' || p.entity_id,
    p.found
  FROM page p
  JOIN api.entity_row e ON e.id = p.entity_id
  JOIN api.search_document_row d ON d.entity_id = p.entity_id AND d.lang = p.lang
  ORDER BY p.score DESC, p.entity_id::text
$$;
COMMENT ON FUNCTION api.search_page(jsonb, text, text, text, integer, text, boolean) IS 'A page of what a query finds, best first, as SearchResult, of trails the cards when asked for; at most first (1 to 101) rows; found: how many there are from the cursor on. The extract is plain text: whoever shows it as HTML escapes it.';
