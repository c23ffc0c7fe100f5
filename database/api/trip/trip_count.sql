CREATE FUNCTION api.trip_count(actor jsonb, archived boolean) RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    SELECT
    FROM api.trip_row t
    WHERE t.rider_id = api.rider_id(actor) AND t.archived = coalesce(trip_count.archived, false)
    LIMIT 1001
  ) AS c
$$;
COMMENT ON FUNCTION api.trip_count(jsonb, boolean) IS 'How many trips api.trip_list has, counted to 1,000.';
