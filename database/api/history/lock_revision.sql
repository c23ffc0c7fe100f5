CREATE FUNCTION wiki.lock_revision(actor jsonb, id uuid) RETURNS wiki.revision
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  r wiki.revision;
  e wiki.entity;
BEGIN
  SELECT * INTO r FROM wiki.revision x WHERE x.id = lock_revision.id;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = r.entity_id FOR NO KEY UPDATE;
  IF e.id IS NULL OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such revision.');
  END IF;
  RETURN r;
END
$$;
COMMENT ON FUNCTION wiki.lock_revision(jsonb, uuid) IS 'A revision that is to be hidden, shown or taken out; its entity is locked.';
