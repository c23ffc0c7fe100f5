CREATE FUNCTION api.plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT lower(extensions.unaccent('extensions.unaccent'::regdictionary, value))
$$;
COMMENT ON FUNCTION api.plain(text) IS 'Lower case without accents; the same as wiki.plain, which the API may not call.';
