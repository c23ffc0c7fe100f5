CREATE FUNCTION wiki.check_new_fact_check(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider CONSTANT uuid := wiki.writer(actor);
  claim wiki.entity;
  old uuid;
BEGIN
  PERFORM wiki.check_new_remark(actor, input, 'fact check', '{CLAIM}');
  -- Nobody words it anew meanwhile: what is checked is what the rider read.
  SELECT * INTO claim FROM wiki.entity e WHERE e.id = (input ->> 'subjectId')::uuid FOR SHARE;
  IF claim.created_by = rider THEN
    PERFORM wiki.refuse('InvalidInput', 'You stated this; others check it. You can correct it.');
  END IF;
  IF (SELECT w.worded_by FROM api.claim_wording_row w WHERE w.id = claim.id) = rider THEN
    PERFORM wiki.refuse('InvalidInput', 'You worded this last; others check it.');
  END IF;
  old := wiki.own_remark(rider, 'FACT_CHECK', claim.id);
  IF old IS NOT NULL THEN
    UPDATE wiki.entity e SET state = 'ARCHIVED' WHERE e.id = old;
    PERFORM wiki.record_change(actor, rider, old, 'ARCHIVE', 'en', 'The same rider checked it again.');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_fact_check(jsonb, jsonb) IS 'Refuses a check of what its author can''t see, or of his own words; puts away the one that he made before.';
