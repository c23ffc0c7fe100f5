CREATE FUNCTION wiki.put_references(e wiki.entity, chain text, content jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- A profile names nobody: it is no page about places.
  IF e.kind = 'RIDER' THEN
    RETURN;
  END IF;
  IF chain IS NULL THEN
    DELETE FROM wiki.reference r
    WHERE r.source_id = e.id AND NOT EXISTS (
      SELECT FROM wiki.references_in(content) AS n WHERE n.field = r.field AND n.target_id = r.target_id);
    INSERT INTO wiki.reference (source_id, field, target_id)
    SELECT e.id, n.field, n.target_id FROM wiki.references_in(content) AS n WHERE n.target_id <> e.id
    ON CONFLICT ON CONSTRAINT reference_pkey DO NOTHING;
  ELSE
    DELETE FROM wiki.text_link l WHERE l.source_id = e.id AND l.lang = chain;
    INSERT INTO wiki.text_link (source_id, lang, kind, slug)
    SELECT e.id, chain, n.kind, n.slug FROM wiki.links_in(content) AS n;
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.put_references(wiki.entity, text, jsonb) IS 'Keeps what an entity names in step with the newest content of one of its chains (null: facts; else the texts of a language).';
