CREATE FUNCTION api.watched_state(actor jsonb)
RETURNS TABLE (seen_until text, unseen integer)
LANGUAGE sql STABLE
AS $$
  SELECT
    (SELECT to_char(r.seen_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM api.watch_reading_row r WHERE r.rider_id = api.rider_id(actor)),
    (SELECT count(*)::integer
     FROM (
       SELECT
       FROM api.watched(actor) w
       JOIN api.revision_head_row h ON h.entity_id = w.entity_id
       WHERE h.created_at > w.seen_until AND h.author IS DISTINCT FROM api.rider_id(actor)
       LIMIT 100
     ) AS x)
$$;
COMMENT ON FUNCTION api.watched_state(jsonb) IS 'Up to when the caller has seen the changes of what he watches, and how many he hasn''t, counted to 100.';
