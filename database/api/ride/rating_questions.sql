CREATE FUNCTION api.rating_questions(actor jsonb, trail uuid) RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('axis', a.axis, 'directions', a.directions)
  FROM (
    SELECT x.axis, x.n, ARRAY(
      SELECT d.direction
      FROM unnest(ARRAY['FORWARD', 'BACKWARD', 'EITHER']) WITH ORDINALITY AS d (direction, n)
      WHERE x.axis = ANY (api.ratable_axes(t.id, d.direction))
      ORDER BY d.n) AS directions
    FROM api.trail_cards(actor, 'en') t
    CROSS JOIN unnest(api.axis_order()) WITH ORDINALITY AS x (axis, n)
    WHERE t.id = rating_questions.trail
  ) AS a
  WHERE a.directions <> '{}'
  ORDER BY a.n
$$;
COMMENT ON FUNCTION api.rating_questions(jsonb, uuid) IS 'The axes that a rider of a trail can be asked about, each with its directions, as RatingQuestion; none for a trail that the caller doesn''t see.';
