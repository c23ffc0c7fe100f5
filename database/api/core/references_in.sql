CREATE FUNCTION wiki.references_in(facts jsonb) RETURNS TABLE (field text, target_id uuid)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT DISTINCT f.key, t.id
  FROM jsonb_each(facts) AS f
  CROSS JOIN regexp_matches(f.value::text, '"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g') AS m
  JOIN wiki.entity t ON t.id = m[1]::uuid
  WHERE f.key ~ '^[a-z][A-Za-z]{0,40}$'
$$;
COMMENT ON FUNCTION wiki.references_in(jsonb) IS 'Entities that facts name by their id, with the field that does; of whatever kind, without knowing its fields.';
