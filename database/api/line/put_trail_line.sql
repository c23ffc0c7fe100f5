CREATE FUNCTION wiki.put_trail_line(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most_points CONSTANT integer := 20000;
  most_simplified CONSTANT integer := 200;
  coordinates jsonb;
  points integer;
  has_elevation boolean;
  west double precision;
  south double precision;
  east double precision;
  north double precision;
  bad bigint;
BEGIN
  IF jsonb_typeof(value) = 'null' THEN
    DELETE FROM wiki.trail_line x WHERE x.trail_id = put_trail_line.id;
    RETURN;
  END IF;
  IF jsonb_typeof(value) IS DISTINCT FROM 'array' OR jsonb_array_length(value) NOT BETWEEN 2 AND most_points THEN
    PERFORM wiki.refuse('InvalidInput',
      format('coordinates must be a list of 2 to 20,000 points [longitude, latitude] or [longitude, latitude, elevation]; %s.',
        CASE WHEN jsonb_typeof(value) = 'array' THEN format('it has %s', jsonb_array_length(value)) ELSE 'it is no list' END),
      '{"field": "coordinates"}');
  END IF;
  SELECT min(p.n) INTO bad
  FROM jsonb_array_elements(value) WITH ORDINALITY AS p (point, n)
  WHERE CASE
    WHEN jsonb_typeof(p.point) <> 'array' THEN true
    WHEN jsonb_array_length(p.point) NOT IN (2, 3) THEN true
    WHEN jsonb_typeof(p.point -> 0) <> 'number' OR jsonb_typeof(p.point -> 1) <> 'number'
      OR coalesce(jsonb_typeof(p.point -> 2), 'number') <> 'number' THEN true
    ELSE (p.point ->> 0)::numeric NOT BETWEEN -180 AND 180
      OR (p.point ->> 1)::numeric NOT BETWEEN -90 AND 90
      OR coalesce((p.point ->> 2)::numeric, 0) NOT BETWEEN -500 AND 9000
  END;
  IF bad IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput',
      format('coordinates: point %s is not [longitude -180 to 180, latitude -90 to 90] with, if known, an elevation of -500 to 9,000 m.', bad),
      jsonb_build_object('field', 'coordinates', 'point', bad));
  END IF;

  -- A centimetre and a decimetre are finer than any recording, and a point's size
  -- is bounded by it, so that a page of 1,000 fits a row of 64 KB.
  WITH rounded AS (
    SELECT p.n, round((p.point ->> 0)::numeric, 7) AS lon, round((p.point ->> 1)::numeric, 7) AS lat,
      round((p.point ->> 2)::numeric, 1) AS ele
    FROM jsonb_array_elements(value) WITH ORDINALITY AS p (point, n)
  ), marked AS (
    SELECT r.*, (r.lon, r.lat) IS NOT DISTINCT FROM (lag(r.lon) OVER w, lag(r.lat) OVER w) AS again
    FROM rounded r
    WINDOW w AS (ORDER BY r.n)
  )
  SELECT jsonb_agg(CASE WHEN m.ele IS NULL
      THEN jsonb_build_array(trim_scale(m.lon), trim_scale(m.lat))
      ELSE jsonb_build_array(trim_scale(m.lon), trim_scale(m.lat), trim_scale(m.ele)) END ORDER BY m.n),
    count(*), bool_and(m.ele IS NOT NULL), min(m.lon), min(m.lat), max(m.lon), max(m.lat)
  INTO coordinates, points, has_elevation, west, south, east, north
  FROM marked m
  WHERE NOT m.again;
  IF points < 2 THEN
    PERFORM wiki.refuse('InvalidInput', 'coordinates: all points are the same place.', '{"field": "coordinates"}');
  END IF;

  INSERT INTO wiki.trail_line AS l (trail_id, coordinates, simplified, point_count, has_elevation, west, south, east, north)
  SELECT put_trail_line.id, coordinates,
    CASE WHEN points <= most_simplified THEN coordinates ELSE (
      -- Every so many points along the index; the first and the last always.
      SELECT jsonb_agg(coordinates -> round(k * (points - 1)::numeric / (most_simplified - 1))::integer ORDER BY k)
      FROM generate_series(0, most_simplified - 1) AS k
    ) END,
    points, has_elevation, west, south, east, north
  ON CONFLICT (trail_id) DO UPDATE SET
    coordinates = EXCLUDED.coordinates, simplified = EXCLUDED.simplified, point_count = EXCLUDED.point_count,
    has_elevation = EXCLUDED.has_elevation, west = EXCLUDED.west, south = EXCLUDED.south,
    east = EXCLUDED.east, north = EXCLUDED.north;
END
$$;
COMMENT ON FUNCTION wiki.put_trail_line(uuid, jsonb) IS 'Checks GeoJSON LineString coordinates and makes them the line of a trail: rounded, without repeated points, with a simplified form. JSON null takes the line away.';
