CREATE FUNCTION api.near_boxes(lat double precision, lon double precision, radius_km double precision)
RETURNS TABLE (box box)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  WITH circle AS (
    SELECT a.angle, lat - a.angle AS south, lat + a.angle AS north,
      CASE
        -- A circle with a pole in it has every longitude.
        WHEN lat - a.angle <= -90 OR lat + a.angle >= 90 OR sind(a.angle) >= cosd(lat) THEN 180
        ELSE asind(sind(a.angle) / cosd(lat))
      END AS half
    -- A little more than the circle: the exact distance is asked afterwards.
    FROM (SELECT degrees(radius_km / 6371.0088) * 1.000001 + 0.000001 AS angle) AS a
  )
  SELECT box(
    point(CASE WHEN c.half = 180 THEN -180 ELSE greatest(lon - c.half, -180) END, greatest(c.south, -90)),
    point(CASE WHEN c.half = 180 THEN 180 ELSE least(lon + c.half, 180) END, least(c.north, 90)))
  FROM circle c
  UNION ALL
  SELECT box(point(lon - c.half + 360, greatest(c.south, -90)), point(180, least(c.north, 90)))
  FROM circle c
  WHERE c.half < 180 AND lon - c.half < -180
  UNION ALL
  SELECT box(point(-180, greatest(c.south, -90)), point(lon + c.half - 360, least(c.north, 90)))
  FROM circle c
  WHERE c.half < 180 AND lon + c.half > 180
$$;
COMMENT ON FUNCTION api.near_boxes(double precision, double precision, double precision) IS 'Boxes of longitude and latitude that cover the circle around a point: one, or two when it crosses the antimeridian; a circle around a pole gets the whole band.';
