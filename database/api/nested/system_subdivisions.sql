CREATE FUNCTION api.system_subdivisions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.system_subdivision_row x
  WHERE x.system_id = system_subdivisions.id
$$;
COMMENT ON FUNCTION api.system_subdivisions(uuid, text, jsonb) IS 'Subdivisions of a system, the primary one first.';
