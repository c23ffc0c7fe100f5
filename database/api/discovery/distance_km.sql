CREATE FUNCTION api.distance_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT 2 * 6371.0088 * asin(least(1, sqrt(
    sind((lat2 - lat1) / 2) ^ 2 + cosd(lat1) * cosd(lat2) * sind((lon2 - lon1) / 2) ^ 2)))
$$;
COMMENT ON FUNCTION api.distance_km(double precision, double precision, double precision, double precision) IS 'Great-circle distance in kilometres (haversine, mean Earth radius).';
