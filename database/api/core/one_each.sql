CREATE FUNCTION wiki.one_each(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT kind IN ('FACT_CHECK', 'REVIEW')
$$;
COMMENT ON FUNCTION wiki.one_each(text) IS 'Whether a rider has at most one published remark of this kind about the same thing.';
