CREATE FUNCTION wiki.set_system_subdivisions(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.system_subdivision x WHERE x.system_id = set_system_subdivisions.id;
  INSERT INTO wiki.system_subdivision (system_id, code, position)
  SELECT set_system_subdivisions.id, c.code, c.n
  FROM unnest(wiki.check_strings('subdivisions', value, 6, 'subdivision')) WITH ORDINALITY AS c (code, n);
END
$$;
COMMENT ON FUNCTION wiki.set_system_subdivisions(uuid, jsonb) IS 'Replaces the subdivisions of a system.';
