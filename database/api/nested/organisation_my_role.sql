CREATE FUNCTION api.organisation_my_role(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(x.role)
  FROM api.organisation_member_row x
  WHERE x.organisation_id = organisation_my_role.id AND x.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.organisation_my_role(uuid, text, jsonb) IS 'What the caller said he is to an organisation; no row: nothing.';
