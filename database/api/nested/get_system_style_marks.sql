CREATE FUNCTION wiki.get_system_style_marks(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.system_style_marks(get_system_style_marks.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_system_style_marks(uuid) IS 'Marks of a system by riding style as a revision keeps them.';
