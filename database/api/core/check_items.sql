CREATE FUNCTION wiki.check_items(field text, value jsonb, most integer, spec jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  item jsonb;
  n integer := 0;
BEGIN
  IF value IS NULL OR jsonb_typeof(value) = 'null' THEN
    RETURN '[]';
  END IF;
  IF jsonb_typeof(value) <> 'array' THEN
    PERFORM wiki.refuse('InvalidInput', format('%s must be a list.', field), jsonb_build_object('field', field));
  END IF;
  IF jsonb_array_length(value) > most THEN
    PERFORM wiki.refuse('InvalidInput',
      format('%s has %s members; at most %s are possible.', field, jsonb_array_length(value), most),
      jsonb_build_object('field', field));
  END IF;
  FOR item IN SELECT x FROM jsonb_array_elements(value) AS x LOOP
    n := n + 1;
    PERFORM wiki.check_object(format('%s[%s]', field, n), item, spec);
  END LOOP;
  RETURN value;
END
$$;
COMMENT ON FUNCTION wiki.check_items(text, jsonb, integer, jsonb) IS 'Checks a list of objects (see wiki.check_object) and returns it; null is the empty list.';
