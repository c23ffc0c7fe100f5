CREATE FUNCTION api.entity_local_grading(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('axis', x.axis, 'offset', x.step_offset, 'note', x.note)
    ORDER BY array_position(ARRAY['TECHNICAL_CLIMBING', 'TECHNICAL_DESCENDING', 'AIR', 'CONSEQUENCE', 'FITNESS'], x.axis)), '[]')
  FROM api.local_grading_row x
  WHERE x.entity_id = entity_local_grading.id
$$;
COMMENT ON FUNCTION api.entity_local_grading(uuid, text, jsonb) IS 'How a region or system grades, by axis.';
