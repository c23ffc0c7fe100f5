CREATE FUNCTION wiki.set_organisation_system_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('systemIds', value, 20, 'SYSTEM');
BEGIN
  DELETE FROM wiki.organisation_system x WHERE x.organisation_id = set_organisation_system_ids.id;
  INSERT INTO wiki.organisation_system (organisation_id, system_id, position)
  SELECT set_organisation_system_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_organisation_system_ids(uuid, jsonb) IS 'Replaces the systems of an organisation.';
