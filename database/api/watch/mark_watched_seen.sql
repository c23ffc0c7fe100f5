-- The use case behind Mutation.markWatchedSeen.
CREATE FUNCTION api.mark_watched_seen(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  until timestamptz;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  -- Times are told in milliseconds, and all of the last one was seen.
  until := least(coalesce((input ->> 'until')::timestamptz + interval '1 millisecond', clock_timestamp()), clock_timestamp());
  INSERT INTO wiki.watch_reading AS r (rider_id, seen_until)
  VALUES (rider, until)
  ON CONFLICT (rider_id) DO UPDATE SET seen_until = greatest(r.seen_until, EXCLUDED.seen_until);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', rider);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.mark_watched_seen(jsonb, jsonb) IS 'Says up to when a rider has seen the changes of what he watches. Input: until.';
