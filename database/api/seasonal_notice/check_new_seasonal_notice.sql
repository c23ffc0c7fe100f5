CREATE FUNCTION wiki.check_new_seasonal_notice(actor jsonb, input jsonb) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT wiki.check_new_remark(actor, input, 'notice')
$$;
COMMENT ON FUNCTION wiki.check_new_seasonal_notice(jsonb, jsonb) IS 'Refuses a notice about what its author can''t see, or what takes none.';
