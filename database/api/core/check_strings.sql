CREATE FUNCTION wiki.check_strings(field text, value jsonb, most integer, vocabulary text DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  codes text[];
  unknown text;
BEGIN
  IF value IS NULL OR jsonb_typeof(value) = 'null' THEN
    RETURN '{}';
  END IF;
  IF jsonb_typeof(value) <> 'array' OR jsonb_path_exists(value, '$[*] ? (@.type() != "string")') THEN
    PERFORM wiki.refuse('InvalidInput', format('%s must be a list of texts.', field), jsonb_build_object('field', field));
  END IF;
  IF jsonb_array_length(value) > most THEN
    PERFORM wiki.refuse('InvalidInput',
      format('%s has %s members; at most %s are possible.', field, jsonb_array_length(value), most),
      jsonb_build_object('field', field));
  END IF;
  SELECT coalesce(array_agg(x.code ORDER BY x.n), '{}') INTO codes
  FROM jsonb_array_elements_text(value) WITH ORDINALITY AS x (code, n);
  IF cardinality(codes) <> (SELECT count(DISTINCT c) FROM unnest(codes) AS c) THEN
    PERFORM wiki.refuse('InvalidInput', format('%s has the same member twice.', field), jsonb_build_object('field', field));
  END IF;
  IF vocabulary IS NOT NULL THEN
    SELECT string_agg(left(c.code, 40), ', ' ORDER BY c.n) INTO unknown
    FROM unnest(codes) WITH ORDINALITY AS c (code, n)
    WHERE NOT EXISTS (SELECT FROM wiki.term t WHERE t.vocabulary = check_strings.vocabulary AND t.code = c.code);
    IF unknown IS NOT NULL THEN
      PERFORM wiki.refuse('InvalidInput', format('%s: not in the vocabulary %s: %s.', field, vocabulary, unknown),
        jsonb_build_object('field', field));
    END IF;
  END IF;
  RETURN codes;
END
$$;
COMMENT ON FUNCTION wiki.check_strings(text, jsonb, integer, text) IS 'Checks a list of distinct texts, members of a vocabulary when one is named, and returns it; null is the empty list.';
