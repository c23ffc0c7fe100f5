CREATE FUNCTION wiki.get_system_style_marks(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.system_style_marks(get_system_style_marks.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_system_style_marks(uuid) IS 'Marks of a system by riding style as a revision keeps them.';
