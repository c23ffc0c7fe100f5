CREATE FUNCTION wiki.check_own(what text, version integer, expected_version integer, archived boolean, action text) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF expected_version IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'expectedVersion is required: the version that the change was made from.', '{"field": "expectedVersion"}');
  END IF;
  IF version <> expected_version THEN
    PERFORM wiki.refuse('Conflict',
      format('This %s has changed since you read it (version %s, now %s). Read it again and repeat your change.', what, expected_version, version),
      jsonb_build_object('currentVersion', version, 'expectedVersion', expected_version));
  END IF;
  IF archived AND action NOT IN ('restore', 'delete') THEN
    PERFORM wiki.refuse('Archived', format('This %s was put away; bring it back first.', what));
  END IF;
  IF NOT archived AND action = 'restore' THEN
    PERFORM wiki.refuse('InvalidInput', format('This %s was not put away.', what));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_own(text, integer, integer, boolean, text) IS 'Refuses a change of a rider''s own ride or trip that was made from another version than it has, or that what was put away doesn''t take. Only restore and delete change what was put away.';
