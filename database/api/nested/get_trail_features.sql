CREATE FUNCTION wiki.get_trail_features(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.trail_features(get_trail_features.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_trail_features(uuid) IS 'Features of a trail as a revision keeps them.';
