CREATE FUNCTION wiki.get_uplift_system_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.system_id ORDER BY x.position), '[]')
    FROM wiki.uplift_system x
    WHERE x.uplift_id = get_uplift_system_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_uplift_system_ids(uuid) IS 'Systems of an uplift as a revision keeps them.';
