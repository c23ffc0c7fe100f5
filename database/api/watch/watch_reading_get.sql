CREATE FUNCTION api.watch_reading_get(actor jsonb)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('id', r.rider_id, 'seenUntil', to_char(r.seen_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.watch_reading_row r
  WHERE r.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.watch_reading_get(jsonb) IS 'Up to when the caller has seen the changes of what he watches, as WatchReading; no row: he never said so.';
