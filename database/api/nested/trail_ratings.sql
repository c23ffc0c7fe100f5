-- No rider can be told from it: below five nothing but that, and no direction, season
-- or bike by which five could be told apart from six.
CREATE FUNCTION api.trail_ratings(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'axis', a.axis,
    'fewerThanFive', a.riders < 5,
    'riders', CASE WHEN a.riders >= 5 THEN a.riders END,
    'median', CASE WHEN a.riders >= 5 THEN a.median END,
    'counts', CASE WHEN a.riders >= 5 THEN a.counts ELSE '{}' END)
    ORDER BY array_position(api.axis_order(), a.axis)), '[]')
  FROM (
    SELECT l.axis, count(*) AS riders, percentile_cont(0.5) WITHIN GROUP (ORDER BY l.category) AS median,
      ARRAY[count(*) FILTER (WHERE l.category = 0), count(*) FILTER (WHERE l.category = 1), count(*) FILTER (WHERE l.category = 2),
        count(*) FILTER (WHERE l.category = 3), count(*) FILTER (WHERE l.category = 4)] AS counts
    FROM (
      -- A rider counts once, with what he said last.
      SELECT DISTINCT ON (r.rider_id, p.axis) p.axis, p.category
      FROM api.ride_row r
      JOIN api.perceived_rating_row p ON p.ride_id = r.id
      WHERE r.trail_id = trail_ratings.id AND NOT r.archived
      ORDER BY r.rider_id, p.axis, p.rated_at DESC, r.sort_day DESC, r.id
    ) AS l
    GROUP BY l.axis
  ) AS a
$$;
COMMENT ON FUNCTION api.trail_ratings(uuid, text, jsonb) IS 'How hard riders found a trail, by axis, as AxisRatings: the last rating of each rider; counts and median of five riders or more.';
