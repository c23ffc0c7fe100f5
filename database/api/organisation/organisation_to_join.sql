CREATE FUNCTION wiki.organisation_to_join(actor jsonb, id uuid) RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e wiki.entity;
BEGIN
  SELECT * INTO e FROM wiki.entity x WHERE x.id = organisation_to_join.id AND x.kind = 'ORGANISATION' FOR SHARE;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such organisation.');
  END IF;
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.organisation_to_join(jsonb, uuid) IS 'An organisation that a rider joins or leaves; nobody puts it away meanwhile.';
