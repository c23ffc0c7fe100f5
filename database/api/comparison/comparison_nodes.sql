-- A rider's own, whoever he is: no moderator and no job reads another's.
CREATE FUNCTION api.comparison_nodes(actor jsonb, lang text)
RETURNS TABLE (id uuid, axis text, trail_id uuid, other_id uuid, compared_at timestamptz, node json)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.axis, c.trail_id, c.other_id, c.compared_at, json_build_object(
    'id', c.id, 'version', c.version, 'axis', c.axis, 'trailId', c.trail_id,
    'trail', (SELECT to_json(t) FROM api.trail_cards(actor, lang) t WHERE t.id = c.trail_id),
    'otherId', c.other_id,
    'other', (SELECT to_json(t) FROM api.trail_cards(actor, lang) t WHERE t.id = c.other_id),
    'verdict', c.verdict, 'questionVersion', c.question_version,
    'comparedAt', to_char(c.compared_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.comparison_row c
  WHERE c.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.comparison_nodes(jsonb, text) IS 'The caller''s own comparisons, as Comparison.';
