-- The use case behind Mutation.confirmSeasonalNotice.
CREATE FUNCTION api.confirm_seasonal_notice(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  -- Nobody changes it meanwhile: what is confirmed is what the rider read.
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input->>'id')::uuid AND x.kind = 'SEASONAL_NOTICE' FOR SHARE;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such notice.');
  END IF;
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', 'This notice is in the archive; it says that it is over.');
  END IF;
  IF e.created_by = rider THEN
    PERFORM wiki.refuse('InvalidInput', 'You wrote this notice; others confirm it.');
  END IF;
  INSERT INTO wiki.notice_confirmation AS c (notice_id, rider_id, confirmed_at)
  VALUES (e.id, rider, clock_timestamp())
  ON CONFLICT (notice_id, rider_id) DO UPDATE SET confirmed_at = EXCLUDED.confirmed_at;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'seasonal_notice.confirm', e.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id, 'version', e.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.confirm_seasonal_notice(jsonb, jsonb) IS 'Says that a notice is still true. Input: id.';
