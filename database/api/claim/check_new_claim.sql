CREATE FUNCTION wiki.check_new_claim(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field CONSTANT text := nullif(btrim(input ->> 'field'), '');
  kind text;
BEGIN
  PERFORM wiki.check_new_remark(actor, input, 'claim', '{SYSTEM,TRAIL,ROUTE}');
  SELECT e.kind INTO kind FROM wiki.entity e WHERE e.id = (input ->> 'subjectId')::uuid;
  IF field <> ALL (wiki.updatable_fields(kind)) THEN
    PERFORM wiki.refuse('InvalidInput', format('The page of a %s has no fact %s.', wiki.kind_name(kind), left(field, 60)), '{"field": "field"}');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_claim(jsonb, jsonb) IS 'Refuses a claim about what its author can''t see, what takes none, or a field that it doesn''t have.';
