CREATE FUNCTION api.shared_trip(actor jsonb, lang text, token text) RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('title', t.title, 'startsOn', t.starts_on, 'endsOn', t.ends_on,
    'days', (SELECT v FROM api.trip_days(actor, lang, t.days, false) v),
    'memberCount', jsonb_array_length(t.members), 'members', CASE WHEN t.shares_members THEN t.members ELSE '[]' END,
    'updatedAt', to_char(t.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.trip_row t
  WHERE t.link_hash = sha256(convert_to(token, 'UTF8')) AND NOT t.archived
$$;
COMMENT ON FUNCTION api.shared_trip(jsonb, text, text) IS 'The trip that a link leads to, as SharedTrip: the plan with the places that the reader sees, and of the members as much as its rider chose.';
