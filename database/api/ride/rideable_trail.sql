CREATE FUNCTION wiki.rideable_trail(actor jsonb, id uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e wiki.entity;
BEGIN
  -- Nobody hides it meanwhile: what is rated is what the rider may see.
  SELECT * INTO e FROM wiki.entity x WHERE x.id = rideable_trail.id AND x.kind = 'TRAIL' FOR SHARE;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such trail, or it is no longer shown.');
  END IF;
  IF e.state <> 'PUBLISHED' THEN
    PERFORM wiki.refuse('Archived', 'This trail was put away; rides over it are kept, and none are added.');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.rideable_trail(jsonb, uuid) IS 'Refuses a ride, rating or comparison of a trail that the rider can''t see, or that was put away.';
