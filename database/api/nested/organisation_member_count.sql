CREATE FUNCTION api.organisation_member_count(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(count(*))
  FROM api.organisation_member_row x
  JOIN api.entity_row e ON e.id = x.rider_id
  WHERE x.organisation_id = organisation_member_count.id
    AND e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.organisation_member_count(uuid, text, jsonb) IS 'How many riders said that they belong to an organisation, of those whom the caller may know of.';
