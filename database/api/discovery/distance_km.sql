CREATE FUNCTION api.distance_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- Differences are taken a thousand degrees away from zero: a longitude of 1e-300
  -- would make the squares underflow, which PostgreSQL refuses.
  -- LEAST would take null for 1.
  SELECT CASE WHEN num_nulls(lat1, lon1, lat2, lon2) = 0 THEN
    2 * 6371.0088 * asin(least(1, sqrt(
      sind(((lat2 + 1000) - (lat1 + 1000)) / 2) ^ 2
      + cosd(lat1) * cosd(lat2) * sind(((lon2 + 1000) - (lon1 + 1000)) / 2) ^ 2)))
  END
$$;
COMMENT ON FUNCTION api.distance_km(double precision, double precision, double precision, double precision) IS 'Great-circle distance in kilometres (haversine, mean Earth radius).';
