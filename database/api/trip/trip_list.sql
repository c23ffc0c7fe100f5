CREATE FUNCTION api.trip_list(actor jsonb, archived boolean, first integer, after text) RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('id', t.id, 'version', t.version, 'title', t.title, 'startsOn', t.starts_on, 'endsOn', t.ends_on,
      'dayCount', jsonb_array_length(t.days), 'memberCount', jsonb_array_length(t.members), 'shared', t.link_hash IS NOT NULL,
      'archived', t.archived, 'updatedAt', to_char(t.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    (extract(epoch FROM t.updated_at) * 1000000)::bigint || ':' || t.id
  FROM api.trip_row t
  CROSS JOIN (
    SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
        timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
      CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
  ) AS c
  WHERE t.rider_id = api.rider_id(actor)
    AND t.archived = coalesce(trip_list.archived, false)
    AND (after IS NULL OR (t.updated_at <= c.at AND (t.updated_at < c.at OR t.id > c.id)))
  ORDER BY t.updated_at DESC, t.id
  LIMIT least(greatest(coalesce(first, 20), 1), 101)
$$;
COMMENT ON FUNCTION api.trip_list(jsonb, boolean, integer, text) IS 'The caller''s own trips, the last changed first, as TripCard; at most first (1 to 101) rows after a cursor.';
