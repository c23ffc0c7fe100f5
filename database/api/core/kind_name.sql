CREATE FUNCTION wiki.kind_name(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE kind WHEN 'SYSTEM' THEN 'trail system' WHEN 'SEASONAL_NOTICE' THEN 'notice' WHEN 'MEDIA' THEN 'photo or film' ELSE replace(lower(kind), '_', ' ') END
$$;
COMMENT ON FUNCTION wiki.kind_name(text) IS 'What messages call an entity of this kind.';
