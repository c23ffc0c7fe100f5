CREATE FUNCTION wiki.check_ids(field text, value jsonb, most integer, kind text) RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT text[] := wiki.check_strings(field, value, most);
  bad text;
BEGIN
  SELECT string_agg(left(i.id, 40), ', ' ORDER BY i.n) INTO bad
  FROM unnest(ids) WITH ORDINALITY AS i (id, n)
  WHERE i.id !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
  IF bad IS NULL THEN
    SELECT string_agg(i.id::text, ', ' ORDER BY i.n) INTO bad
    FROM unnest(ids::uuid[]) WITH ORDINALITY AS i (id, n)
    WHERE NOT EXISTS (SELECT FROM wiki.entity e WHERE e.id = i.id AND e.kind = check_ids.kind);
  END IF;
  IF bad IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', format('%s: there is no %s with the id %s.', field, wiki.kind_name(kind), bad),
      jsonb_build_object('field', field));
  END IF;
  RETURN ids::uuid[];
END
$$;
COMMENT ON FUNCTION wiki.check_ids(text, jsonb, integer, text) IS 'Checks a list of distinct ids of existing entities of a kind and returns it; null is the empty list.';
