CREATE FUNCTION wiki.is_remark(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT kind IN ('TIP', 'SEASONAL_NOTICE', 'MEDIA', 'COMMENT', 'CLAIM', 'FACT_CHECK', 'REVIEW')
$$;
COMMENT ON FUNCTION wiki.is_remark(text) IS 'Whether entities of a kind are about another one: they have no name and no slug, and are seen as that is.';
