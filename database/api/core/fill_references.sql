CREATE FUNCTION wiki.fill_references(first uuid, last uuid) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO wiki.reference (source_id, field, target_id)
  SELECT e.id, n.field, n.target_id
  FROM wiki.entity e
  CROSS JOIN LATERAL wiki.references_in(wiki.facts_of(e.kind, e.id)) AS n
  WHERE e.id BETWEEN fill_references.first AND fill_references.last AND e.kind <> 'RIDER' AND n.target_id <> e.id
  ON CONFLICT ON CONSTRAINT reference_pkey DO NOTHING;
  INSERT INTO wiki.text_link (source_id, lang, kind, slug)
  SELECT e.id, l.lang, n.kind, n.slug
  FROM wiki.entity e
  CROSS JOIN LATERAL (SELECT DISTINCT r.lang FROM wiki.revision r WHERE r.entity_id = e.id AND r.lang IS NOT NULL) AS l
  CROSS JOIN LATERAL wiki.links_in(wiki.texts_of(e.kind, e.id, l.lang)) AS n
  WHERE e.id BETWEEN fill_references.first AND fill_references.last AND e.kind <> 'RIDER'
  ON CONFLICT ON CONSTRAINT text_link_pkey DO NOTHING
$$;
COMMENT ON FUNCTION wiki.fill_references(uuid, uuid) IS 'Writes what entities of a range of ids name, after rows came in otherwise than by wiki.record_change.';
