CREATE FUNCTION wiki.get_trail_difficulty(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.trail_difficulty(get_trail_difficulty.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_trail_difficulty(uuid) IS 'Difficulty profiles of a trail as a revision keeps them.';
