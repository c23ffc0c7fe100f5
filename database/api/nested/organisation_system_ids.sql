CREATE FUNCTION api.organisation_system_ids(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.system_id ORDER BY x.position), '[]')
  FROM api.organisation_system_row x
  JOIN api.entity_row e ON e.id = x.system_id
  WHERE x.organisation_id = organisation_system_ids.id AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.organisation_system_ids(uuid, text, jsonb) IS 'Ids of the systems of an organisation, in its order.';
