-- A rider's own, whoever he is: no moderator and no job reads another's.
CREATE FUNCTION api.ride_nodes(actor jsonb, lang text)
RETURNS TABLE (id uuid, trail_id uuid, sort_day date, archived boolean, node json)
LANGUAGE sql STABLE
AS $$
  SELECT r.id, r.trail_id, r.sort_day, r.archived, json_build_object(
    'id', r.id, 'version', r.version, 'trailId', r.trail_id, 'trail', t.card, 'direction', r.direction,
    'riddenOn', r.ridden_on, 'year', r.year, 'month', r.month, 'season', r.season,
    'conditions', ARRAY(
      SELECT c.code
      FROM api.ride_condition_row c
      JOIN api.term_row m ON m.vocabulary = 'condition' AND m.code = c.code
      WHERE c.ride_id = r.id
      ORDER BY m.position),
    'bikeClass', r.bike_class, 'outcome', r.outcome, 'note', r.note, 'archived', r.archived,
    'ratings', (
      SELECT coalesce(json_agg(json_build_object(
        'axis', p.axis, 'category', p.category,
        'postedLabels', CASE WHEN t.card IS NULL THEN '{}' ELSE p.posted_labels END,
        'labelSeen', p.label_seen, 'questionVersion', p.question_version,
        'ratedAt', to_char(p.rated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        ORDER BY array_position(api.axis_order(), p.axis)), '[]')
      FROM api.perceived_rating_row p
      WHERE p.ride_id = r.id),
    'ratableAxes', CASE WHEN t.card IS NULL THEN '{}' ELSE api.ratable_axes(r.trail_id, r.direction) END,
    'createdAt', to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(r.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.ride_row r
  LEFT JOIN LATERAL (SELECT to_json(c) AS card FROM api.trail_cards(actor, lang) c WHERE c.id = r.trail_id) AS t ON true
  WHERE r.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.ride_nodes(jsonb, text) IS 'The caller''s own rides, as Ride. Of a trail that he doesn''t see any more they keep what is his.';
