-- A rider's own, whoever he is: no moderator and no job reads another's.
CREATE FUNCTION api.trip_nodes(actor jsonb, lang text) RETURNS TABLE (id uuid, node json)
LANGUAGE sql STABLE
AS $$
  SELECT t.id, json_build_object(
    'id', t.id, 'version', t.version, 'title', t.title, 'question', t.question, 'startsOn', t.starts_on, 'endsOn', t.ends_on,
    'days', (SELECT v FROM api.trip_days(actor, lang, t.days, true) v), 'members', t.members,
    'shared', t.link_hash IS NOT NULL, 'sharesMembers', t.link_hash IS NOT NULL AND t.shares_members,
    'lookedAt', to_char(t.looked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'changes', (SELECT v FROM api.trip_changes(actor, t.days, t.looked_at) v),
    'archived', t.archived,
    'createdAt', to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(t.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.trip_row t
  WHERE t.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.trip_nodes(jsonb, text) IS 'The caller''s own trips, as Trip.';
