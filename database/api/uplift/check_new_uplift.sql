CREATE FUNCTION wiki.check_new_uplift(actor jsonb, input jsonb) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT wiki.check_new_in_systems(actor, input)
$$;
COMMENT ON FUNCTION wiki.check_new_uplift(jsonb, jsonb) IS 'Refuses an uplift of systems that its author may not lead others to.';
