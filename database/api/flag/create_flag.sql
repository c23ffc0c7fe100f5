-- The use case behind Mutation.createFlag.
CREATE FUNCTION api.create_flag(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  f wiki.flag;
  about uuid;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  about := nullif(input ->> 'revisionId', '')::uuid;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'entityId')::uuid;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing with this entityId.');
  END IF;
  IF about IS NOT NULL AND NOT EXISTS (SELECT FROM wiki.revision r WHERE r.id = about AND r.entity_id = e.id) THEN
    PERFORM wiki.refuse('NotFound', format('This %s has no such version.', wiki.kind_name(e.kind)));
  END IF;
  -- One at a time per rider, so that the limits hold.
  PERFORM FROM wiki.rider r WHERE r.id = rider FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM wiki.flag x WHERE x.rider_id = rider AND x.entity_id = e.id AND x.revision_id IS NOT DISTINCT FROM about AND x.state = 'OPEN') THEN
    PERFORM wiki.refuse('Conflict', 'You have reported this already; a moderator will look at it.');
  END IF;
  IF (SELECT count(*) FROM wiki.flag x WHERE x.rider_id = rider AND x.state = 'OPEN') >= 50 THEN
    PERFORM wiki.refuse('TooMuch', '50 of your reports wait already. Wait until some are decided.');
  END IF;
  INSERT INTO wiki.flag (id, rider_id, entity_id, entity_kind, revision_id, reason, note)
  VALUES (coalesce(nullif(input ->> 'id', '')::uuid, gen_random_uuid()), rider, e.id, e.kind, about, input ->> 'reason', nullif(btrim(input ->> 'note'), ''))
  ON CONFLICT (id) DO NOTHING
  RETURNING * INTO f;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'A report with this id is there already.', '{"field": "id"}');
  END IF;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'flag.create', f.entity_id, jsonb_strip_nulls(jsonb_build_object('flag', f.id, 'reason', f.reason, 'revision', f.revision_id)));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', f.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.create_flag(jsonb, jsonb) IS 'Reports a page or a version of it. Input: id, entityId, revisionId, reason, note.';
