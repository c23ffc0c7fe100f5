-- Candidates come from two indexes: words (with their English forms in texts) and
-- names that are only nearly alike. Each gives at most 2,000, so that a word that
-- stands everywhere costs bounded work; within them ranking is exact.
CREATE FUNCTION api.search_hits(actor jsonb, query text, kinds text, lang text)
RETURNS TABLE (entity_id uuid, kind text, lang text, title text, score bigint)
LANGUAGE sql STABLE
AS $$
  WITH asked AS MATERIALIZED (
    SELECT q.plain,
      websearch_to_tsquery('pg_catalog.simple', q.plain) || websearch_to_tsquery('pg_catalog.english', q.plain) AS words
    FROM (SELECT api.plain(left(btrim(query), 200)) AS plain) AS q
    WHERE q.plain <> ''
  ), candidate AS (
    (SELECT d.entity_id, d.lang FROM asked a JOIN api.search_document_row d ON d.vector @@ a.words LIMIT 2000)
    UNION
    (SELECT d.entity_id, d.lang FROM asked a JOIN api.search_document_row d ON a.plain OPERATOR(extensions.<%) d.plain_title LIMIT 2000)
  ), scored AS (
    SELECT d.entity_id, d.kind, d.lang, d.title, e.synthetic,
      CASE WHEN api.sees_place(actor, e.visibility) THEN
        ts_rank('{0.1, 0.2, 0.6, 1.0}', d.vector, a.words, 1)
        + extensions.word_similarity(a.plain, d.plain_title)
        -- Of two names with the word, the one that is little else.
        + 0.3 * extensions.similarity(a.plain, d.plain_title)
        + CASE WHEN api.plain(d.title) = a.plain THEN 1 ELSE 0 END
      -- Of such a place only the name may be found.
      WHEN to_tsvector('pg_catalog.simple', api.plain(d.title)) @@ a.words OR a.plain OPERATOR(extensions.<%) api.plain(d.title) THEN
        extensions.word_similarity(a.plain, api.plain(d.title))
        + 0.3 * extensions.similarity(a.plain, api.plain(d.title))
        + CASE WHEN api.plain(d.title) = a.plain THEN 1 ELSE 0 END
      END
      -- Of two finds alike the place before what is in it, the language asked for
      -- before another, the real before the invented.
      * CASE d.kind WHEN 'REGION' THEN 1 WHEN 'SYSTEM' THEN 1 WHEN 'TRAIL' THEN 0.97 WHEN 'ROUTE' THEN 0.97 WHEN 'GUIDE' THEN 0.97 WHEN 'REGIONAL_COMPARISON' THEN 0.95 ELSE 0.9 END
      * CASE WHEN d.lang = search_hits.lang THEN 1 ELSE 0.95 END
      * CASE WHEN e.synthetic THEN 0.8 ELSE 1 END AS rank
    FROM asked a
    CROSS JOIN candidate c
    JOIN api.search_document_row d ON d.entity_id = c.entity_id AND d.lang = c.lang
    JOIN api.entity_row e ON e.id = d.entity_id
    WHERE e.state <> 'ARCHIVED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
      AND (coalesce(kinds, '') = '' OR d.kind = ANY (string_to_array(kinds, ',')))
  )
  SELECT DISTINCT ON (s.entity_id) s.entity_id, s.kind, s.lang, s.title, (s.rank * 1000000)::bigint
  FROM scored s
  WHERE s.rank IS NOT NULL
  ORDER BY s.entity_id, s.rank DESC, s.lang
$$;
COMMENT ON FUNCTION api.search_hits(jsonb, text, text, text) IS 'What a query finds: one row an entity in its best language, score in millionths. kinds: comma-separated, empty for all.';
