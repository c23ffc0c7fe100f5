-- Candidates come from two indexes: words (with their English forms in texts) and
-- names that are only nearly alike. Each gives at most 2,000, so that a word that
-- stands everywhere costs bounded work.
CREATE FUNCTION api.search_found(actor jsonb, query text, kinds text)
RETURNS TABLE (entity_id uuid, kind text, lang text, title text, plain_title text, vector tsvector, synthetic boolean, placed boolean,
  asked text, words tsquery)
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
  )
  SELECT d.entity_id, d.kind, d.lang, d.title, d.plain_title, d.vector, e.synthetic, api.sees_place(actor, e.visibility), a.plain, a.words
  FROM asked a
  CROSS JOIN candidate c
  -- One by one, by the key: of a large wiki only the candidates are looked at.
  CROSS JOIN LATERAL (SELECT x.* FROM api.search_document_row x WHERE x.entity_id = c.entity_id AND x.lang = c.lang OFFSET 0) AS d
  CROSS JOIN LATERAL (SELECT x.state, x.visibility, x.created_by, x.synthetic FROM api.entity_row x WHERE x.id = d.entity_id OFFSET 0) AS e
  WHERE e.state NOT IN ('ARCHIVED', 'TAKEN_DOWN') AND api.can_read(actor, e.state, e.visibility, e.created_by)
    AND (coalesce(kinds, '') = '' OR d.kind = ANY (string_to_array(kinds, ',')))
    -- Of a place whose whereabouts the caller may not know only the name may be found.
    AND (api.sees_place(actor, e.visibility)
      OR to_tsvector('pg_catalog.simple', api.plain(d.title)) @@ a.words OR a.plain OPERATOR(extensions.<%) api.plain(d.title))
$$;
COMMENT ON FUNCTION api.search_found(jsonb, text, text) IS 'Documents that a query finds, a row a language: what the caller may read, and find by what was asked.';
