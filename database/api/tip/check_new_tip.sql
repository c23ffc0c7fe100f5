CREATE FUNCTION wiki.check_new_tip(actor jsonb, input jsonb) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT wiki.check_new_remark(actor, input, 'tip')
$$;
COMMENT ON FUNCTION wiki.check_new_tip(jsonb, jsonb) IS 'Refuses a tip about what its author can''t see, or what takes none.';
