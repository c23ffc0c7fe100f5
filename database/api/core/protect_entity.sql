-- The use case behind Mutation.protectEntity. Riders then propose instead of editing.
CREATE FUNCTION api.protect_entity(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  p wiki.protection;
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
    PERFORM wiki.refuse('Unauthorized', 'Only moderators can protect a page.');
  END IF;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'id')::uuid FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing with this id.');
  END IF;
  IF e.kind = 'RIDER' THEN
    PERFORM wiki.refuse('InvalidInput', 'A profile is changed by its rider only; it needs no protection.');
  END IF;
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', format('This %s is archived; nobody changes it.', wiki.kind_name(e.kind)));
  END IF;
  IF (input ->> 'until')::timestamptz IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'until is required: when the protection ends.', '{"field": "until"}');
  END IF;
  -- A new one takes the place of what held before.
  UPDATE wiki.protection x SET lifted_at = clock_timestamp(), lifted_by = rider
  WHERE x.entity_id = e.id AND x.lifted_at IS NULL AND x.until > now();
  INSERT INTO wiki.protection (entity_id, until, reason, protected_by)
  VALUES (e.id, (input ->> 'until')::timestamptz, wiki.required_reason(input), rider)
  RETURNING * INTO p;
  UPDATE wiki.entity x SET protected_until = p.until WHERE x.id = e.id;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'entity.protect', e.id, jsonb_build_object('protection', p.id, 'until', p.until, 'reason', p.reason));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', p.id, 'entityId', e.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.protect_entity(jsonb, jsonb) IS 'Protects a page until a time. Moderators. Input: id, until, reason.';
