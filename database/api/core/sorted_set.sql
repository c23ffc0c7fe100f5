CREATE FUNCTION wiki.sorted_set(value integer[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT v ORDER BY v), '{}') FROM unnest(value) AS v WHERE v IS NOT NULL
$$;
COMMENT ON FUNCTION wiki.sorted_set(integer[]) IS 'The distinct members in order; empty for null.';
