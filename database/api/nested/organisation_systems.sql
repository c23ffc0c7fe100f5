CREATE FUNCTION api.organisation_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.organisation_system_row x
  JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
  WHERE x.organisation_id = organisation_systems.id
$$;
COMMENT ON FUNCTION api.organisation_systems(uuid, text, jsonb) IS 'Systems of an organisation, in its order.';
