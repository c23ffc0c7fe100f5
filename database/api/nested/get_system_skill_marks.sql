CREATE FUNCTION wiki.get_system_skill_marks(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.system_skill_marks(get_system_skill_marks.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_system_skill_marks(uuid) IS 'Marks of a system by skill level as a revision keeps them.';
