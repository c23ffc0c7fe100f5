-- The use case behind Mutation.unprotectEntity.
CREATE FUNCTION api.unprotect_entity(actor jsonb, input jsonb)
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
    PERFORM wiki.refuse('Unauthorized', 'Only moderators can lift a protection.');
  END IF;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'id')::uuid FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing with this id.');
  END IF;
  IF e.protected_until IS NULL OR e.protected_until <= now() THEN
    PERFORM wiki.refuse('Conflict', format('This %s is not protected.', wiki.kind_name(e.kind)));
  END IF;
  UPDATE wiki.entity x SET protected_until = NULL WHERE x.id = e.id;
  UPDATE wiki.protection x SET lifted_at = clock_timestamp(), lifted_by = rider
  WHERE x.entity_id = e.id AND x.lifted_at IS NULL AND x.until > now()
  RETURNING * INTO p;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'entity.unprotect', e.id, jsonb_build_object('protection', p.id, 'reason', wiki.required_reason(input)));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', p.id, 'entityId', e.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.unprotect_entity(jsonb, jsonb) IS 'Lifts the protection of a page before its time. Moderators. Input: id, reason.';
