CREATE FUNCTION wiki.is_voted_on(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT kind IN ('TIP', 'REVIEW')
$$;
COMMENT ON FUNCTION wiki.is_voted_on(text) IS 'Whether riders vote on entities of a kind.';
