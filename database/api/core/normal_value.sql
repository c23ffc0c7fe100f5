CREATE FUNCTION wiki.normal_value(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'array' THEN coalesce((
      SELECT jsonb_agg(wiki.normal_value(x.v) ORDER BY x.n) FROM jsonb_array_elements(value) WITH ORDINALITY AS x (v, n)), '[]')
    WHEN 'object' THEN coalesce((
      SELECT jsonb_object_agg(x.k, wiki.normal_value(x.v)) FROM jsonb_each(value) AS x (k, v)
      WHERE x.v NOT IN ('null', '[]', '""')), '{}')
    WHEN 'string' THEN to_jsonb(btrim(value #>> '{}'))
    WHEN 'null' THEN '[]'
    ELSE value
  END
$$;
COMMENT ON FUNCTION wiki.normal_value(jsonb) IS 'A field''s value in a form in which equal values compare as equal: null, empty and absent are one.';
