CREATE FUNCTION api.access_point_system_ids(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.system_id ORDER BY x.position), '[]')
  FROM api.access_point_system_row x
  JOIN api.entity_row e ON e.id = x.system_id
  WHERE x.access_point_id = access_point_system_ids.id AND api.can_read(actor, e.state, e.visibility, e.created_by)
    AND api.sees_place(actor, e.visibility)
$$;
COMMENT ON FUNCTION api.access_point_system_ids(uuid, text, jsonb) IS 'Ids of the systems that an access point leads to, as api.access_point_systems has them.';
