-- The use case behind Mutation.createTrip.
CREATE FUNCTION api.create_trip(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  t wiki.trip;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  -- One at a time per rider, so that the limit holds.
  PERFORM FROM wiki.rider x WHERE x.id = rider FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM wiki.trip x WHERE x.rider_id = rider) >= 200 THEN
    PERFORM wiki.refuse('TooMuch', 'You keep 200 trips already; delete some that you no longer need.');
  END IF;
  INSERT INTO wiki.trip (id, rider_id, title)
  VALUES (coalesce(nullif(input ->> 'id', '')::uuid, gen_random_uuid()), rider, btrim(input ->> 'title'))
  ON CONFLICT (id) DO NOTHING
  RETURNING * INTO t;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'A trip with this id is there already.', '{"field": "id"}');
  END IF;
  PERFORM wiki.patch_trip(actor, t.id, input);
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'trip.create', t.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', t.id, 'version', t.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.create_trip(jsonb, jsonb) IS 'Keeps a trip of the caller''s. Input: id, title, question, startsOn, endsOn, days, members.';
