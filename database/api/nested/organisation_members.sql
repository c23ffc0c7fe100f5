CREATE FUNCTION api.organisation_members(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('rider', m.rider, 'role', m.role, 'since', m.since) ORDER BY m.rank, m.since, m.rider_id), '[]')
  FROM (
    SELECT x.role, x.since, x.rider_id, to_json(c) AS rider,
      array_position(ARRAY['OWNER', 'STAFF', 'VOLUNTEER', 'MEMBER'], x.role) AS rank
    FROM api.organisation_member_row x
    JOIN api.rider_cards(actor, lang) c ON c.id = x.rider_id
    WHERE x.organisation_id = organisation_members.id
    ORDER BY rank, x.since, x.rider_id
    LIMIT 30
  ) AS m
$$;
COMMENT ON FUNCTION api.organisation_members(uuid, text, jsonb) IS 'Riders who said that they belong to an organisation, owners and staff first, at most 30.';
