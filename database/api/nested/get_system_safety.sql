CREATE FUNCTION wiki.get_system_safety(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT api.system_safety(get_system_safety.id, 'en', '{"mode": "IMPORT"}')::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_system_safety(uuid) IS 'Safety of a system as a revision keeps it.';
