CREATE FUNCTION api.ride_count(actor jsonb, trail uuid, system uuid, archived boolean)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (SELECT FROM api.my_ride_ids(actor, trail, system, archived) LIMIT 1001) AS r
$$;
COMMENT ON FUNCTION api.ride_count(jsonb, uuid, uuid, boolean) IS 'How many rides api.ride_list has, counted to 1,000.';
