-- Which systems a question is about. Five ways in, each by the index it has, of
-- which the question opens one: systems, circle, regions, countries, all. What the
-- question says besides is asked of each candidate again, so that the ways in
-- decide about speed only.
CREATE FUNCTION api.discover_candidates(actor jsonb, question jsonb)
RETURNS TABLE (id uuid, name text, status text, size text, distance_km double precision)
LANGUAGE sql STABLE
AS $$
  WITH q AS MATERIALIZED (
    SELECT api.question_ids(question, 'systemIds') AS systems,
      api.question_ids(question, 'regionIds') AS regions,
      api.question_list(question, 'countries') AS countries,
      -- Through numeric, so that no number a stranger can write is out of range.
      CASE WHEN question #>> '{near,lat}' IS NOT NULL THEN
        least(greatest(round((question #>> '{near,lat}')::numeric, 9), -90), 90) END::double precision AS lat,
      CASE WHEN question #>> '{near,lon}' IS NOT NULL THEN
        least(greatest(round((question #>> '{near,lon}')::numeric, 9), -180), 180) END::double precision AS lon,
      least(greatest(coalesce((question #>> '{near,radiusKm}')::numeric, 300), 0.001), 3000)::double precision AS radius,
      question ->> 'bikeClass' AS bike,
      (question ->> 'month')::integer AS month
  ), entry AS MATERIALIZED (
    SELECT unnest(q.systems) AS id FROM q
    UNION
    SELECT s.id
    FROM q
    CROSS JOIN LATERAL api.near_boxes(q.lat, q.lon, q.radius) AS b
    JOIN api.system_place_row s ON point(s.position_lon, s.position_lat) <@ b.box
    WHERE q.systems IS NULL AND q.lat IS NOT NULL AND q.lon IS NOT NULL
    UNION
    SELECT r.system_id
    FROM q
    CROSS JOIN LATERAL unnest(q.regions) AS u (id)
    JOIN api.system_region_row r ON r.region_id = u.id
    WHERE q.systems IS NULL AND q.lat IS NULL
    UNION
    SELECT c.system_id
    FROM q
    JOIN api.system_country_row c ON c.country = ANY (q.countries)
    WHERE q.systems IS NULL AND q.lat IS NULL AND q.regions IS NULL
    UNION ALL
    SELECT s.id
    FROM q
    CROSS JOIN api.system_place_row s
    WHERE q.systems IS NULL AND q.lat IS NULL AND q.regions IS NULL AND q.countries IS NULL
  )
  SELECT s.id, s.name, s.status, s.size,
    CASE WHEN q.lat IS NOT NULL THEN api.distance_km(q.lat, q.lon, s.position_lat, s.position_lon) END
  FROM entry e
  CROSS JOIN q
  -- OFFSET 0 keeps the planner from beginning with all systems: it can't know how
  -- few a circle or a region has.
  CROSS JOIN LATERAL (SELECT s.* FROM api.system_place_row s WHERE s.id = e.id OFFSET 0) AS s
  -- A place that is known by name only is nowhere to send anybody.
  WHERE s.state = 'PUBLISHED' AND api.can_read(actor, s.state, s.visibility, s.created_by) AND api.sees_place(actor, s.visibility)
    AND (q.systems IS NULL OR s.id = ANY (q.systems))
    AND (q.lat IS NULL OR api.distance_km(q.lat, q.lon, s.position_lat, s.position_lon) <= q.radius)
    AND (q.regions IS NULL OR EXISTS (SELECT FROM api.system_region_row r WHERE r.system_id = s.id AND r.region_id = ANY (q.regions)))
    AND (q.countries IS NULL OR EXISTS (SELECT FROM api.system_country_row c WHERE c.system_id = s.id AND c.country = ANY (q.countries)))
    -- Forbidden for the bike at all times asked about, and nothing that allows it.
    AND (q.bike IS NULL OR NOT EXISTS (
      SELECT
      FROM api.access_rule_row a
      WHERE a.entity_id = s.id AND a.bike_class = q.bike AND a.verdict = 'FORBIDDEN'
        AND (a.months = '{}' OR q.month = ANY (a.months)) AND a.weekdays = '{}' AND a.hours IS NULL AND a.when_wet IS NULL
        AND NOT EXISTS (
          SELECT
          FROM api.access_rule_row o
          WHERE o.entity_id = s.id AND o.bike_class = q.bike AND o.verdict IN ('ALLOWED', 'PERMIT')
            AND (o.months = '{}' OR q.month IS NULL OR q.month = ANY (o.months)))))
$$;
COMMENT ON FUNCTION api.discover_candidates(jsonb, jsonb) IS 'Systems that pass the filters of a question on place, visibility and bike.';
