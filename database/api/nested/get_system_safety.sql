CREATE FUNCTION wiki.get_system_safety(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.system_safety(get_system_safety.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_system_safety(uuid) IS 'Safety of a system as a revision keeps it.';
