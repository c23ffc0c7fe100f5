CREATE FUNCTION wiki.record_change(actor jsonb, rider uuid, entity_id uuid, revision_kind text, lang text, comment text)
RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  language CONSTANT text := coalesce(nullif(lang, ''), 'en');
  whole CONSTANT boolean := revision_kind IN ('ARCHIVE', 'RESTORE', 'MERGE');
  e wiki.entity;
  content jsonb;
  added record;
  facts_revision uuid;
  texts_revision uuid;
BEGIN
  SELECT * INTO e FROM wiki.entity x WHERE x.id = record_change.entity_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'record_change: there is no entity %', entity_id;
  END IF;

  content := wiki.recorded_facts(e.kind, e.id);
  SELECT a.e, a.revision_id INTO added
  FROM wiki.add_revision(e, rider, NULL, revision_kind, comment, content, whole) AS a;
  e := added.e;
  facts_revision := added.revision_id;

  IF facts_revision IS NOT NULL THEN
    PERFORM wiki.refresh_discovery_of(e);
    -- What is about it, and what is about that.
    PERFORM wiki.put_references(e, NULL, content);
    UPDATE wiki.entity t SET visibility = wiki.visibility_of_remark(e)
    FROM (
      SELECT p.id FROM api.remark_row p WHERE p.subject_id = e.id
      UNION
      SELECT q.id FROM api.remark_row p JOIN api.remark_row q ON q.subject_id = p.id WHERE p.subject_id = e.id
    ) AS about
    WHERE t.id = about.id AND t.visibility <> wiki.visibility_of_remark(e);
    IF e.kind = 'CLAIM' THEN
      PERFORM wiki.refresh_claim(e.id);
    ELSIF e.kind = 'FACT_CHECK' THEN
      PERFORM wiki.refresh_claim(k.subject_id) FROM wiki.fact_check k WHERE k.id = e.id;
    END IF;
  END IF;

  IF NOT whole THEN
    content := wiki.texts_of(e.kind, e.id, language);
    IF content IS NOT NULL THEN
      SELECT a.e, a.revision_id INTO added
      FROM wiki.add_revision(e, rider, language, revision_kind, comment, content, false) AS a;
      e := added.e;
      texts_revision := added.revision_id;
      IF texts_revision IS NOT NULL THEN
        PERFORM wiki.put_references(e, language, content);
      END IF;
    END IF;
  END IF;

  IF facts_revision IS NOT NULL OR texts_revision IS NOT NULL THEN
    PERFORM wiki.refresh_search(e.kind, e.id, CASE WHEN facts_revision IS NULL THEN language END);
    INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
    VALUES (rider, lower(e.kind) || '.' || lower(revision_kind), e.id, jsonb_strip_nulls(jsonb_build_object(
      'version', e.version, 'facts', facts_revision, 'texts', texts_revision,
      'lang', CASE WHEN texts_revision IS NOT NULL THEN language END)));
  END IF;
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.record_change(jsonb, uuid, uuid, text, text, text) IS 'Records what a use case changed: a revision of each chain that differs from its last one, search document, event and audit row. Nothing changed, nothing written.';
