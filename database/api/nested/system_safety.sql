CREATE FUNCTION api.system_safety(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'emergencyNumber', s.emergency_number, 'phoneCoverage', s.phone_coverage, 'nearestHospital', s.nearest_hospital,
    'bailOutPoints', s.bail_out_points, 'water', s.water, 'hazards', coalesce(h.hazards, '[]'))
  FROM api.system_safety_row s
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('kind', x.hazard, 'months', x.months, 'note', x.note)
      ORDER BY array_position(ARRAY['HEAT', 'STORMS', 'SNOW', 'HUNTING', 'WILDLIFE', 'GUARD_DOGS', 'FIRE'], x.hazard)) AS hazards
    FROM api.system_hazard_row x
    WHERE x.system_id = s.id
  ) AS h
  WHERE s.id = system_safety.id
    AND num_nonnulls(s.emergency_number, s.phone_coverage, s.nearest_hospital, s.bail_out_points, s.water, h.hazards) > 0
$$;
COMMENT ON FUNCTION api.system_safety(uuid, text, jsonb) IS 'What to know when something goes wrong; null when nobody has said.';
