CREATE FUNCTION api.entity_facts(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'field', x.field, 'basis', x.basis, 'source', x.source, 'url', x.url, 'date', x.dated,
    'validUntil', x.valid_until, 'licence', x.licence) ORDER BY x.field COLLATE "C"), '[]')
  FROM api.fact_basis_row x
  WHERE x.entity_id = entity_facts.id
$$;
COMMENT ON FUNCTION api.entity_facts(uuid, text, jsonb) IS 'What each fact rests on, by field.';
