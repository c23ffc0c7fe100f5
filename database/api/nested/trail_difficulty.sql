CREATE FUNCTION api.trail_difficulty(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'direction', d.direction,
    'labels', (
      SELECT coalesce(json_agg(json_build_object('system', l.label_system, 'label', l.label, 'statedBy', l.stated_by)
        ORDER BY l.position), '[]')
      FROM api.trail_label_row l
      WHERE l.trail_id = trail_difficulty.id AND l.direction = d.direction),
    'axes', (
      SELECT coalesce(json_agg(json_build_object(
        'axis', a.axis, 'predominant', a.predominant, 'worst', a.worst, 'notApplicable', a.not_applicable,
        'wetOffset', a.wet_offset, 'note', a.note, 'basis', a.basis)
        ORDER BY array_position(ARRAY['TECHNICAL_CLIMBING', 'TECHNICAL_DESCENDING', 'AIR', 'CONSEQUENCE', 'FITNESS'], a.axis)), '[]')
      FROM api.trail_axis_row a
      WHERE a.trail_id = trail_difficulty.id AND a.direction = d.direction))
    ORDER BY d.n), '[]')
  FROM unnest(ARRAY['FORWARD', 'BACKWARD', 'EITHER']) WITH ORDINALITY AS d (direction, n)
  WHERE EXISTS (SELECT FROM api.trail_label_row l WHERE l.trail_id = trail_difficulty.id AND l.direction = d.direction)
    OR EXISTS (SELECT FROM api.trail_axis_row a WHERE a.trail_id = trail_difficulty.id AND a.direction = d.direction)
$$;
COMMENT ON FUNCTION api.trail_difficulty(uuid, text, jsonb) IS 'Difficulty profiles of a trail by direction.';
