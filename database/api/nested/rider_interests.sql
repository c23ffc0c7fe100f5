CREATE FUNCTION api.rider_interests(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('organisation', to_json(c), 'role', x.role, 'since', x.since) ORDER BY c.name, c.id), '[]')
  FROM api.organisation_member_row x
  JOIN api.organisation_cards(actor, lang) c ON c.id = x.organisation_id
  WHERE x.rider_id = rider_interests.id
$$;
COMMENT ON FUNCTION api.rider_interests(uuid, text, jsonb) IS 'Organisations that a rider said he belongs to, at most ten.';
