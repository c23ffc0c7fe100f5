CREATE FUNCTION wiki.check_new_review(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider CONSTANT uuid := wiki.writer(actor);
  subject wiki.entity;
  own uuid;
BEGIN
  PERFORM wiki.check_new_remark(actor, input, 'review', '{SYSTEM,TRAIL,ROUTE}');
  SELECT * INTO subject FROM wiki.entity e WHERE e.id = (input ->> 'subjectId')::uuid;
  IF actor ->> 'mode' = 'IMPORT' AND NOT subject.synthetic THEN
    PERFORM wiki.refuse('InvalidInput', 'Reviews of real places are given by riders, not imported.');
  END IF;
  own := wiki.own_remark(rider, 'REVIEW', subject.id);
  IF own IS NOT NULL THEN
    PERFORM wiki.refuse('Conflict', format('You have reviewed this %s already; change that review instead.', wiki.kind_name(subject.kind)),
      jsonb_build_object('id', own));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_review(jsonb, jsonb) IS 'Refuses a review of what its author can''t see or has reviewed already.';
