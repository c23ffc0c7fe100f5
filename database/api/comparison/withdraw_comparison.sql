-- The use case behind Mutation.withdrawComparison.
CREATE FUNCTION api.withdraw_comparison(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  c wiki.comparison;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  SELECT * INTO c FROM wiki.comparison x WHERE x.id = (input ->> 'id')::uuid AND x.rider_id = rider FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'You have no such comparison.');
  END IF;
  IF c.version IS DISTINCT FROM (input ->> 'expectedVersion')::integer THEN
    PERFORM wiki.refuse('Conflict', 'You have changed this comparison since you read it.',
      jsonb_build_object('currentVersion', c.version, 'expectedVersion', input -> 'expectedVersion'));
  END IF;
  DELETE FROM wiki.comparison x WHERE x.id = c.id;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'comparison.withdraw', c.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', c.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.withdraw_comparison(jsonb, jsonb) IS 'Deletes a comparison of the caller''s for good. Input: id, expectedVersion.';
