CREATE FUNCTION api.uplift_from(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('id', c.id, 'slug', c.slug, 'name', c.name)
  FROM api.uplift_row u
  JOIN api.access_point_cards(actor, lang) c ON c.id = u.from_id
  WHERE u.id = uplift_from.id
$$;
COMMENT ON FUNCTION api.uplift_from(uuid, text, jsonb) IS 'The access point where an uplift leaves; none when it is no access point, or not one that the caller may see.';
