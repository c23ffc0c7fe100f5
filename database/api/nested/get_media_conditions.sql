CREATE FUNCTION wiki.get_media_conditions(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.media_conditions(get_media_conditions.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_media_conditions(uuid) IS 'Conditions of a photo or film as a revision keeps them.';
