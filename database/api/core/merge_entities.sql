-- The use case behind Mutation.mergeEntities. The duplicate is put away and leads to the
-- survivor; whatever named it, of whatever kind, names the survivor from now on, each with a
-- revision of its own, so that every history tells of it.
CREATE FUNCTION api.merge_entities(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  gone wiki.entity;
  stays wiki.entity;
  source wiki.entity;
  p wiki.proposal;
  most CONSTANT integer := 200;
  why text;
  fields text[];
  facts jsonb;
  moved uuid[] := '{}';
  gone_name text;
  stays_name text;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  IF NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', 'Only moderators can merge pages.');
  END IF;
  IF (input ->> 'fromId')::uuid = (input ->> 'intoId')::uuid THEN
    PERFORM wiki.refuse('InvalidInput', 'A page can''t be merged into itself.', '{"field": "intoId"}');
  END IF;
  -- Both at once in one order, so that two merges can't wait for each other; FOR UPDATE, so
  -- that who is just naming one of them is waited for.
  PERFORM FROM wiki.entity x WHERE x.id IN ((input ->> 'fromId')::uuid, (input ->> 'intoId')::uuid) ORDER BY x.id FOR UPDATE;
  SELECT * INTO gone FROM wiki.entity x WHERE x.id = (input ->> 'fromId')::uuid;
  SELECT * INTO stays FROM wiki.entity x WHERE x.id = (input ->> 'intoId')::uuid;
  IF gone.id IS NULL OR stays.id IS NULL THEN
    PERFORM wiki.refuse('NotFound', 'There is no such page.');
  END IF;
  IF gone.kind <> stays.kind THEN
    PERFORM wiki.refuse('InvalidInput', format('One can''t merge %s into %s.', wiki.a_kind(gone.kind), wiki.a_kind(stays.kind)), '{"field": "intoId"}');
  END IF;
  IF gone.kind = 'RIDER' OR wiki.is_remark(gone.kind) THEN
    PERFORM wiki.refuse('InvalidInput', format('One can''t merge %s; put it away instead.', wiki.a_kind(gone.kind)));
  END IF;
  IF gone.state <> 'PUBLISHED' OR stays.state <> 'PUBLISHED' THEN
    PERFORM wiki.refuse('Archived', 'Both pages must be shown when they are merged; bring back the one that was put away.');
  END IF;
  IF gone.synthetic <> stays.synthetic THEN
    PERFORM wiki.refuse('InvalidInput', 'What is invented isn''t merged with what is real.', '{"field": "intoId"}');
  END IF;
  PERFORM wiki.refuse_stale(gone, (input ->> 'fromVersion')::integer);
  PERFORM wiki.refuse_stale(stays, (input ->> 'intoVersion')::integer);
  SELECT n.name INTO gone_name FROM api.entity_name_row n WHERE n.id = gone.id;
  SELECT n.name INTO stays_name FROM api.entity_name_row n WHERE n.id = stays.id;
  why := nullif(btrim(input ->> 'comment'), '');
  IF length(why) > 150 THEN
    PERFORM wiki.refuse('InvalidInput', 'A comment on a merge has at most 150 characters: the histories add the names.', '{"field": "comment"}');
  END IF;
  IF (SELECT count(DISTINCT r.source_id) FROM wiki.reference r WHERE r.target_id = gone.id) > most THEN
    PERFORM wiki.refuse('TooMuch', format('More than %s pages name this %s; merging would change them all at once. Change some of them first.', most, wiki.kind_name(gone.kind)));
  END IF;

  FOR source IN
    SELECT x.* FROM wiki.entity x
    WHERE x.id IN (SELECT r.source_id FROM wiki.reference r WHERE r.target_id = gone.id)
    ORDER BY x.id
    FOR NO KEY UPDATE
  LOOP
    facts := wiki.facts_of(source.kind, source.id);
    SELECT array_agg(r.field ORDER BY r.field) INTO fields FROM wiki.reference r WHERE r.source_id = source.id AND r.target_id = gone.id;
    IF 'subjectId' = ANY (fields) THEN
      EXECUTE format('UPDATE wiki.%I SET subject_id = $1 WHERE id = $2', lower(source.kind)) USING stays.id, source.id;
      fields := array_remove(fields, 'subjectId');
    END IF;
    IF NOT fields <@ wiki.updatable_fields(source.kind) THEN
      PERFORM wiki.refuse('InvalidInput', format('This %s is named by %s in a way that can''t be moved.', wiki.kind_name(gone.kind), wiki.a_kind(source.kind)));
    END IF;
    IF fields <> '{}' THEN
      PERFORM wiki.patch_entity(source.kind, source.id, source.original_lang, (
        SELECT jsonb_object_agg(f, wiki.repoint(facts -> f, gone.id, stays.id, source.id = stays.id)) FROM unnest(fields) AS f));
    END IF;
    -- The survivor's own revision comes last.
    IF source.id <> stays.id THEN
      PERFORM wiki.record_change(actor, rider, source.id, 'MERGE', source.original_lang,
        left(format('%s was merged into %s', gone_name, stays_name), 300));
      moved := moved || source.id;
    END IF;
  END LOOP;

  -- Profiles stand apart: what they name is their riders' own and in no list of mentions.
  IF gone.kind = 'REGION' THEN
    FOR source IN
      SELECT x.* FROM wiki.entity x JOIN wiki.rider r ON r.id = x.id
      WHERE r.home_region_id = gone.id AND x.purged_at IS NULL ORDER BY x.id LIMIT most
      FOR NO KEY UPDATE OF x
    LOOP
      UPDATE wiki.rider r SET home_region_id = stays.id WHERE r.id = source.id;
      PERFORM wiki.record_change(actor, rider, source.id, 'MERGE', source.original_lang,
        left(format('%s was merged into %s', gone_name, stays_name), 300));
    END LOOP;
  END IF;

  -- Its members are the survivor's too.
  IF gone.kind = 'ORGANISATION' THEN
    INSERT INTO wiki.organisation_member (organisation_id, rider_id, role, since)
    SELECT stays.id, m.rider_id, m.role, m.since FROM wiki.organisation_member m WHERE m.organisation_id = gone.id
    ON CONFLICT ON CONSTRAINT organisation_member_pkey DO NOTHING;
  END IF;

  FOR p IN SELECT * FROM wiki.proposal x WHERE x.entity_id = gone.id AND x.state IN ('OPEN', 'HELD') FOR UPDATE LOOP
    p.state := 'REJECTED';
    p.decided_at := clock_timestamp();
    p.decided_by := rider;
    p.decision_note := left(format('The page was merged into %s; propose it there.', stays_name), 500);
    UPDATE wiki.proposal x SET state = p.state, decided_at = p.decided_at, decided_by = p.decided_by, decision_note = p.decision_note
    WHERE x.id = p.id;
    PERFORM wiki.record_decision(rider, p, 'reject');
  END LOOP;

  -- What led to the duplicate leads on.
  UPDATE wiki.entity x SET merged_into = stays.id WHERE x.merged_into = gone.id;
  UPDATE wiki.entity x SET state = 'ARCHIVED', merged_into = stays.id, protected_until = NULL WHERE x.id = gone.id;
  UPDATE wiki.protection x SET lifted_at = clock_timestamp(), lifted_by = rider
  WHERE x.entity_id = gone.id AND x.lifted_at IS NULL AND x.until > now();
  gone := wiki.record_change(actor, rider, gone.id, 'MERGE', gone.original_lang, left(concat_ws(': ', 'Merged into ' || stays_name, why), 300));
  stays := wiki.record_change(actor, rider, stays.id, 'MERGE', stays.original_lang, left(concat_ws(': ', gone_name || ' was merged into this', why), 300));
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'entity.merge', gone.id, jsonb_build_object('into', stays.id, 'moved', to_jsonb(moved)));
  RETURN QUERY SELECT true, NULL::text, NULL::text,
    jsonb_build_object('id', gone.id, 'intoId', stays.id, 'version', stays.version, 'moved', cardinality(moved));
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.merge_entities(jsonb, jsonb) IS 'Merges a duplicate into another entity of its kind. Moderators. Input: fromId, fromVersion, intoId, intoVersion, comment.';
