CREATE FUNCTION wiki.check_object(field text, value jsonb, spec jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  root CONSTANT text := substring(field from '^[A-Za-z]+');
  problem text;
BEGIN
  IF jsonb_typeof(value) IS DISTINCT FROM 'object' THEN
    PERFORM wiki.refuse('InvalidInput', format('%s must be an object.', field), jsonb_build_object('field', root));
  END IF;
  SELECT CASE
    WHEN s.wanted IS NULL THEN format('%s.%s is not known here.', field, k.key)
    WHEN k.given IS NULL OR k.given = 'null' THEN
      CASE WHEN right(s.wanted, 1) = '!' THEN format('%s.%s is required.', field, k.key) END
    WHEN rtrim(s.wanted, '!') = 'integers' THEN
      CASE WHEN jsonb_typeof(k.given) <> 'array'
        OR jsonb_array_length(k.given) > 31
        OR jsonb_path_exists(k.given, '$[*] ? (@.type() != "number" || @ != @.floor() || @ < -1000 || @ > 1000)')
        THEN format('%s.%s must be a list of whole numbers.', field, k.key) END
    WHEN rtrim(s.wanted, '!') = 'integer' THEN
      CASE WHEN jsonb_typeof(k.given) <> 'number' OR (k.given)::numeric <> trunc((k.given)::numeric)
        OR abs((k.given)::numeric) > 1000000
        THEN format('%s.%s must be a whole number.', field, k.key) END
    WHEN rtrim(s.wanted, '!') = 'uuid' THEN
      CASE WHEN jsonb_typeof(k.given) <> 'string'
        OR (k.given #>> '{}') !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
        THEN format('%s.%s must be an id.', field, k.key) END
    WHEN rtrim(s.wanted, '!') = 'date' THEN
      CASE WHEN jsonb_typeof(k.given) <> 'string' OR (k.given #>> '{}') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9:]+)?$'
        THEN format('%s.%s must be a date such as 2026-11-25.', field, k.key) END
    WHEN jsonb_typeof(k.given) <> rtrim(s.wanted, '!') THEN
      format('%s.%s must be a %s.', field, k.key, CASE rtrim(s.wanted, '!') WHEN 'array' THEN 'list' ELSE rtrim(s.wanted, '!') END)
  END
  INTO problem
  FROM (
    SELECT key, value -> key AS given FROM jsonb_object_keys(value) AS key
    UNION
    SELECT key, value -> key FROM jsonb_object_keys(spec) AS key
  ) AS k
  LEFT JOIN jsonb_each_text(spec) AS s (key, wanted) ON s.key = k.key
  ORDER BY 1 NULLS LAST
  LIMIT 1;
  IF problem IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', left(problem, 300), jsonb_build_object('field', root));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_object(text, jsonb, jsonb) IS 'Checks an object''s keys and types against a specification: {"key": "type"}, type one of string, number, integer, integers, boolean, array, object, uuid, date; ! after it: required.';
