CREATE FUNCTION wiki.refresh_search(kind text, id uuid, lang text) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  WITH facts AS MATERIALIZED (
    SELECT wiki.facts_of(refresh_search.kind, refresh_search.id) AS f
  ), wanted AS (
    -- A fact, such as the name, is found in every language.
    SELECT refresh_search.lang AS lang WHERE refresh_search.lang IS NOT NULL
    UNION
    SELECT e.original_lang FROM wiki.entity e WHERE e.id = refresh_search.id AND refresh_search.lang IS NULL
    UNION
    SELECT d.lang FROM wiki.search_document d WHERE d.entity_id = refresh_search.id AND refresh_search.lang IS NULL
    UNION
    SELECT DISTINCT r.lang FROM wiki.revision r
    WHERE r.entity_id = refresh_search.id AND r.lang IS NOT NULL AND refresh_search.lang IS NULL
  )
  INSERT INTO wiki.search_document AS d (entity_id, kind, lang, title, names, body)
  SELECT refresh_search.id, refresh_search.kind, w.lang,
    -- A tip or caption is called by how it begins; by its subject's name the subject is found.
    coalesce(facts.f ->> 'name', left(coalesce(facts.f ->> 'body', facts.f ->> 'caption'), 60), ''),
    -- What open data calls it besides is found, and shown on its page only, with its source.
    nullif(concat_ws(' ', facts.f ->> 'localName', facts.f ->> 'nearestTown', (
      SELECT string_agg(DISTINCT n ->> 'value', ' ')
      FROM wiki.layer_entity l
      CROSS JOIN jsonb_array_elements(l.profile -> 'names') AS n
      WHERE l.entity_id = refresh_search.id)), ''),
    nullif(left(concat_ws(E'\n\n',
      facts.f ->> 'body',
      facts.f ->> 'caption',
      facts.f ->> 'showcase',
      facts.f ->> 'attribution',
      facts.f ->> 'about',
      (SELECT string_agg(t.value #>> '{}', E'\n\n' ORDER BY t.size, t.key, t.n)
       FROM (
         -- The short texts first, of a list its words in their order.
         SELECT x.key, y.value, y.n, length(x.value #>> '{}') AS size
         FROM jsonb_each(wiki.texts_of(refresh_search.kind, refresh_search.id, w.lang)) AS x
         CROSS JOIN LATERAL jsonb_path_query(x.value, 'strict $.** ? (@.type() == "string")') WITH ORDINALITY AS y (value, n)
       ) AS t)), 30000), '')
  FROM wanted w
  CROSS JOIN facts
  -- Talk is read where it is held; search is for what the wiki knows.
  WHERE w.lang IS NOT NULL AND refresh_search.kind <> 'COMMENT'
  ON CONFLICT (entity_id, lang) DO UPDATE SET title = EXCLUDED.title, names = EXCLUDED.names, body = EXCLUDED.body
$$;
COMMENT ON FUNCTION wiki.refresh_search(text, uuid, text) IS 'Rewrites what search knows of an entity: in one language, or in all when lang is null.';
