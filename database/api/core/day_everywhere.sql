CREATE FUNCTION api.day_everywhere(at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT (at AT TIME ZONE 'UTC' - interval '12 hours')::date
$$;
COMMENT ON FUNCTION api.day_everywhere(timestamptz) IS 'The day that it still is somewhere on earth (UTC-12): what ends on the day before is over wherever it is.';
