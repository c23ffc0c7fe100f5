CREATE FUNCTION wiki.get_guide_system_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.system_id ORDER BY x.position), '[]')
    FROM wiki.guide_system x
    WHERE x.guide_id = get_guide_system_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_guide_system_ids(uuid) IS 'Systems of a guide as a revision keeps them.';
