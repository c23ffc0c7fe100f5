CREATE FUNCTION api.uplift_to(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('id', c.id, 'slug', c.slug, 'name', c.name)
  FROM api.uplift_row u
  JOIN api.access_point_cards(actor, lang) c ON c.id = u.to_id
  WHERE u.id = uplift_to.id
$$;
COMMENT ON FUNCTION api.uplift_to(uuid, text, jsonb) IS 'The access point where an uplift arrives; none when it is no access point, or not one that the caller may see.';
