CREATE FUNCTION wiki.set_trail_external_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('externalIds', value, 8, '{"scheme": "string!", "value": "string!"}');
BEGIN
  DELETE FROM wiki.external_id x WHERE x.entity_id = set_trail_external_ids.id;
  INSERT INTO wiki.external_id (entity_id, scheme, value)
  SELECT set_trail_external_ids.id, btrim(i ->> 'scheme'), btrim(i ->> 'value')
  FROM jsonb_array_elements(items) AS i;
END
$$;
COMMENT ON FUNCTION wiki.set_trail_external_ids(uuid, jsonb) IS 'Replaces the external ids of a trail.';
