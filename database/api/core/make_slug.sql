CREATE FUNCTION wiki.make_slug(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT btrim(left(btrim(regexp_replace(replace(wiki.plain(value), '''', ''), '[^a-z0-9]+', '-', 'g'), '-'), 80), '-')
$$;
COMMENT ON FUNCTION wiki.make_slug(text) IS 'A name as it stands in an address: transliterated, at most 80 characters; empty when nothing is left.';
