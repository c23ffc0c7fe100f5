CREATE FUNCTION api.watch_nodes(actor jsonb)
RETURNS TABLE (id uuid, since timestamptz, node json)
LANGUAGE sql STABLE
AS $$
  SELECT e.id, w.since, json_build_object(
    'id', e.id, 'kind', e.kind,
    'slug', (SELECT s.slug FROM api.slug_row s WHERE s.entity_id = e.id AND s.lang = e.original_lang AND s.current),
    'name', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = e.id), ''),
    'since', to_char(w.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'watchers', (SELECT CASE WHEN count(*) >= 5 THEN count(*) END FROM api.watch_row x WHERE x.entity_id = e.id))
  FROM api.entity_row e
  LEFT JOIN api.watch_row w ON w.entity_id = e.id AND w.rider_id = api.rider_id(actor)
  WHERE api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.watch_nodes(jsonb) IS 'Every entity the caller may read, as Watch of his.';
