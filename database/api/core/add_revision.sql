CREATE FUNCTION wiki.add_revision(INOUT e wiki.entity, rider uuid, chain text, revision_kind text, comment text,
  content jsonb, always boolean, OUT revision_id uuid)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  salt CONSTANT bytea := uuid_send(gen_random_uuid());
  most CONSTANT integer := 56000;
  last record;
BEGIN
  SELECT r.id, c.content INTO last
  FROM wiki.revision r
  JOIN wiki.revision_content c ON c.revision_id = r.id
  WHERE r.entity_id = e.id AND r.lang IS NOT DISTINCT FROM chain
  ORDER BY r.number DESC
  LIMIT 1;
  IF NOT FOUND THEN
    -- A language in which nothing is written has no chain.
    IF chain IS NOT NULL AND jsonb_strip_nulls(content) = '{}' THEN
      RETURN;
    END IF;
  ELSIF NOT always AND last.content = content THEN
    RETURN;
  END IF;

  -- A revision is served as one row, and a row of the Data API has 64 KB.
  IF octet_length(content::text) > most THEN
    PERFORM wiki.refuse('InvalidInput',
      format('All %s together have %s bytes; at most %s are possible. Shorten some.',
        CASE WHEN chain IS NULL THEN 'facts' ELSE 'texts' END, octet_length(content::text), most));
  END IF;
  UPDATE wiki.entity x SET version = x.version + 1, updated_at = now(), updated_by = rider
  WHERE x.id = e.id
  RETURNING * INTO e;
  INSERT INTO wiki.revision (entity_id, entity_kind, number, lang, kind, author, comment, size, salt, hash, previous_id)
  VALUES (e.id, e.kind, e.version, chain, revision_kind, rider, nullif(btrim(comment), ''),
    octet_length(content::text), salt, sha256(salt || convert_to(content::text, 'UTF8')), last.id)
  RETURNING id INTO revision_id;
  INSERT INTO wiki.revision_content (revision_id, content) VALUES (add_revision.revision_id, add_revision.content);
  INSERT INTO wiki.outbox (topic, entity_id, entity_kind, revision_id, visibility)
  VALUES ('revision', e.id, e.kind, add_revision.revision_id, e.visibility);
END
$$;
COMMENT ON FUNCTION wiki.add_revision(wiki.entity, uuid, text, text, text, jsonb, boolean) IS 'Adds a revision to one chain (null: facts; else the texts of a language) when its content differs from the last one or always; the entity''s version counts up with it. The entity is locked by the caller.';
