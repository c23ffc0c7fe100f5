CREATE FUNCTION wiki.set_entity_tags(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.entity_tag x WHERE x.entity_id = set_entity_tags.id;
  INSERT INTO wiki.entity_tag (entity_id, code)
  SELECT set_entity_tags.id, c
  FROM unnest(wiki.check_strings('tags', value, 20, 'character-tag')) AS c;
END
$$;
COMMENT ON FUNCTION wiki.set_entity_tags(uuid, jsonb) IS 'Replaces the character tags of an entity.';
