CREATE FUNCTION api.axis_order() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY['TECHNICAL_CLIMBING', 'TECHNICAL_DESCENDING', 'AIR', 'CONSEQUENCE', 'FITNESS']
$$;
COMMENT ON FUNCTION api.axis_order() IS 'The axes of difficulty in the order in which they are shown.';
