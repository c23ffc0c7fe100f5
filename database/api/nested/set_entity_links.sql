CREATE FUNCTION wiki.set_entity_links(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('links', value, 20, '{"title": "string!", "url": "string!"}');
BEGIN
  DELETE FROM wiki.link x WHERE x.entity_id = set_entity_links.id;
  INSERT INTO wiki.link (entity_id, position, title, url)
  SELECT set_entity_links.id, i.n, btrim(i.item ->> 'title'), btrim(i.item ->> 'url')
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n);
END
$$;
COMMENT ON FUNCTION wiki.set_entity_links(uuid, jsonb) IS 'Replaces the links of an entity.';
