CREATE FUNCTION wiki.refuse_stale(e wiki.entity, expected_version integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF expected_version IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'expectedVersion is required: the version that the change was made from.', '{"field": "expectedVersion"}');
  END IF;
  IF e.version <> expected_version THEN
    PERFORM wiki.refuse('Conflict',
      format('This %s has changed since you read it (version %s, now %s). Read it again and repeat your change.',
        wiki.kind_name(e.kind), expected_version, e.version),
      jsonb_build_object('currentVersion', e.version, 'expectedVersion', expected_version));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.refuse_stale(wiki.entity, integer) IS 'Refuses a change that was made from another version than the one there is.';
