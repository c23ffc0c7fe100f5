CREATE FUNCTION wiki.get_entity_local_grading(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.entity_local_grading(get_entity_local_grading.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_local_grading(uuid) IS 'Local grading as a revision keeps it.';
