CREATE FUNCTION wiki.get_trail_features(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.trail_features(get_trail_features.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_trail_features(uuid) IS 'Features of a trail as a revision keeps them.';
