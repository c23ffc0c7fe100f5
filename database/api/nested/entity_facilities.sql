CREATE FUNCTION api.entity_facilities(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.entity_facility_row x
  WHERE x.entity_id = entity_facilities.id
$$;
COMMENT ON FUNCTION api.entity_facilities(uuid, text, jsonb) IS 'Facilities in the order of their vocabulary.';
