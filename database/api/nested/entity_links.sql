CREATE FUNCTION api.entity_links(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('title', x.title, 'url', x.url) ORDER BY x.position), '[]')
  FROM api.link_row x
  WHERE x.entity_id = entity_links.id
$$;
COMMENT ON FUNCTION api.entity_links(uuid, text, jsonb) IS 'Links in their order.';
