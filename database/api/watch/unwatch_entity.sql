-- The use case behind Mutation.unwatchEntity. Also of a page that he may not know of any more.
CREATE FUNCTION api.unwatch_entity(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  DELETE FROM wiki.watch w WHERE w.rider_id = rider AND w.entity_id = (input ->> 'id')::uuid;
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', input ->> 'id');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.unwatch_entity(jsonb, jsonb) IS 'Ends watching a page. Input: id.';
