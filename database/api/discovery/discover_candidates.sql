-- Which systems a question is about. Five ways in, each by the index it has, of
-- which the question opens one: systems, circle, regions, countries, all. What the
-- question says besides is asked of each candidate again, so that the ways in
-- decide about speed only.
CREATE FUNCTION api.discover_candidates(actor jsonb, question jsonb, stubs boolean)
RETURNS TABLE (id uuid, name text, status text, size text, distance_km double precision, tags text[],
  style_marks smallint[], skill_marks smallint[], season text[], route_fitness smallint[], evidence double precision, open_m double precision[])
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
      coalesce((question ->> 'includeInvented')::boolean, false) AS invented,
      (question ->> 'bikeClass') || ':' || coalesce(question ->> 'month', '0') AS bike
  ), entry AS (
    SELECT d.*
    FROM q
    JOIN api.discovery_document_row d ON d.system_id = ANY (q.systems)
    UNION ALL
    SELECT d.*
    FROM q
    CROSS JOIN LATERAL api.near_boxes(q.lat, q.lon, q.radius) AS b
    JOIN api.discovery_document_row d ON point(d.lon, d.lat) <@ b.box
    WHERE q.systems IS NULL AND q.lat IS NOT NULL
    UNION ALL
    SELECT d.*
    FROM q
    JOIN api.discovery_document_row d ON d.regions && q.regions
    WHERE q.systems IS NULL AND q.lat IS NULL
    UNION ALL
    SELECT d.*
    FROM q
    JOIN api.discovery_document_row d ON d.countries && q.countries
    WHERE q.systems IS NULL AND q.lat IS NULL AND q.regions IS NULL
    UNION ALL
    SELECT d.*
    FROM q
    CROSS JOIN api.discovery_document_row d
    WHERE q.systems IS NULL AND q.lat IS NULL AND q.regions IS NULL AND q.countries IS NULL
  )
  SELECT e.system_id, e.name, e.status, e.size, api.distance_km(q.lat, q.lon, e.lat, e.lon), e.tags,
    e.style_marks, e.skill_marks, e.season, e.route_fitness, e.evidence, e.open_m
  FROM entry e
  CROSS JOIN q
  -- A place that is known by name only is nowhere to send anybody.
  WHERE e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
    AND (e.status = 'STUB') = stubs
    -- An invented place is no answer to a real question, unless it is asked for.
    AND (NOT e.synthetic OR q.systems IS NOT NULL OR q.regions IS NOT NULL OR q.invented)
    AND (q.lat IS NULL OR api.distance_km(q.lat, q.lon, e.lat, e.lon) <= q.radius)
    AND (q.regions IS NULL OR e.regions && q.regions)
    AND (q.countries IS NULL OR e.countries && q.countries)
    AND (q.bike IS NULL OR q.bike <> ALL (e.forbidden))
$$;
COMMENT ON FUNCTION api.discover_candidates(jsonb, jsonb, boolean) IS 'Systems that pass the filters of a question on place, visibility and bike: those described, or the stubs.';
