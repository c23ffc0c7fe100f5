CREATE FUNCTION wiki.get_entity_facts(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.entity_facts(get_entity_facts.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_entity_facts(uuid) IS 'What facts rest on, as a revision keeps it.';
