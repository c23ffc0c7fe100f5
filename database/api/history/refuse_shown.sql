CREATE FUNCTION wiki.refuse_shown(r wiki.revision) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM wiki.revision x
    WHERE x.entity_id = r.entity_id AND x.lang IS NOT DISTINCT FROM r.lang AND x.number > r.number) THEN
    PERFORM wiki.refuse('Conflict', 'This version is what the page says now. Change the page first, or go back to the version before.');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.refuse_shown(wiki.revision) IS 'Refuses to hide or take out what is shown now.';
