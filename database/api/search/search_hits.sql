-- What is found, ranked exactly.
CREATE FUNCTION api.search_hits(actor jsonb, query text, kinds text, lang text)
RETURNS TABLE (entity_id uuid, kind text, lang text, title text, score bigint)
LANGUAGE sql STABLE
AS $$
  WITH scored AS (
    SELECT f.entity_id, f.kind, f.lang, f.title,
      CASE WHEN f.placed THEN
        ts_rank('{0.1, 0.2, 0.6, 1.0}', f.vector, f.words, 1)
        + extensions.word_similarity(f.asked, f.plain_title)
        -- Of two names with the word, the one that is little else.
        + 0.3 * extensions.similarity(f.asked, f.plain_title)
        + CASE WHEN api.plain(f.title) = f.asked THEN 1 ELSE 0 END
      ELSE
        extensions.word_similarity(f.asked, api.plain(f.title))
        + 0.3 * extensions.similarity(f.asked, api.plain(f.title))
        + CASE WHEN api.plain(f.title) = f.asked THEN 1 ELSE 0 END
      END
      -- Of two finds alike the place before what is in it, the language asked for
      -- before another, the real before the invented.
      * CASE f.kind WHEN 'REGION' THEN 1 WHEN 'SYSTEM' THEN 1 WHEN 'TRAIL' THEN 0.97 WHEN 'ROUTE' THEN 0.97 WHEN 'GUIDE' THEN 0.97 WHEN 'ACCESS_POINT' THEN 0.95 WHEN 'UPLIFT' THEN 0.95 WHEN 'REGIONAL_COMPARISON' THEN 0.95 ELSE 0.9 END
      * CASE WHEN f.lang = search_hits.lang THEN 1 ELSE 0.95 END
      * CASE WHEN f.synthetic THEN 0.8 ELSE 1 END AS rank
    FROM api.search_found(actor, query, kinds) f
  )
  SELECT DISTINCT ON (s.entity_id) s.entity_id, s.kind, s.lang, s.title, (s.rank * 1000000)::bigint
  FROM scored s
  ORDER BY s.entity_id, s.rank DESC, s.lang
$$;
COMMENT ON FUNCTION api.search_hits(jsonb, text, text, text) IS 'What a query finds: one row an entity in its best language, score in millionths. kinds: comma-separated, empty for all.';
