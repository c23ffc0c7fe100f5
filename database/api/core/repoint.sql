CREATE FUNCTION wiki.repoint(value jsonb, from_id uuid, into_id uuid, own boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE jsonb_typeof(moved.v)
    WHEN 'array' THEN coalesce((
      SELECT jsonb_agg(x.v ORDER BY x.n)
      FROM jsonb_array_elements(moved.v) WITH ORDINALITY AS x (v, n)
      WHERE NOT (own AND x.v::text LIKE '%"' || into_id || '"%')
        -- A list of ids names each once; the same trail may be ridden twice.
        AND NOT (jsonb_typeof(x.v) = 'string' AND EXISTS (
          SELECT FROM jsonb_array_elements(moved.v) WITH ORDINALITY AS b (v, n) WHERE b.v = x.v AND b.n < x.n))), '[]')
    ELSE CASE WHEN own THEN 'null'::jsonb ELSE moved.v END
  END
  FROM (SELECT replace(value::text, '"' || from_id || '"', '"' || into_id || '"')::jsonb AS v) AS moved
$$;
COMMENT ON FUNCTION wiki.repoint(jsonb, uuid, uuid, boolean) IS 'A field''s value with one entity named in another''s place; own: without what would name the entity that has the field.';
