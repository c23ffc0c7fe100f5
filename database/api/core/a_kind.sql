CREATE FUNCTION wiki.a_kind(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN wiki.kind_name(kind) ~ '^[aeiou]' THEN 'an ' ELSE 'a ' END || wiki.kind_name(kind)
$$;
COMMENT ON FUNCTION wiki.a_kind(text) IS 'What messages call one entity of this kind, with its article: a guide, an access point.';
