-- An edit made from an older version: what others changed meanwhile and the edit doesn't
-- touch is no conflict when the editor asks for merging. What both changed is refused
-- with both sides, so that nobody's change is lost without anyone seeing it.
CREATE FUNCTION wiki.merge_patch(actor jsonb, e wiki.entity, lang text, input jsonb) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  expected CONSTANT integer := (input ->> 'expectedVersion')::integer;
  merging CONSTANT boolean := coalesce((input ->> 'merge')::boolean, false);
  versions CONSTANT jsonb := jsonb_build_object('currentVersion', e.version, 'expectedVersion', expected);
  data jsonb;
BEGIN
  -- Who doesn't see the place mustn't learn by trying what stands there.
  IF expected IS NULL OR expected = e.version OR expected NOT BETWEEN 0 AND e.version OR NOT api.sees_place(actor, e.visibility) THEN
    PERFORM wiki.refuse_stale(e, expected);
    RETURN input;
  END IF;
  data := wiki.conflict_data(e.kind, e.id, lang, expected, input);
  IF data -> 'fields' <> '[]' THEN
    PERFORM wiki.refuse('Conflict',
      format('Somebody else changed the same in this %s since you read it (version %s, now %s): %s. Nothing was overwritten; look at both sides.',
        wiki.kind_name(e.kind), expected, e.version,
        (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(data -> 'fields') AS f)),
      versions || data);
  ELSIF NOT merging THEN
    PERFORM wiki.refuse('Conflict',
      format('This %s has changed since you read it (version %s, now %s), though nothing that you change. Read it again and repeat your change, or ask for merging.',
        wiki.kind_name(e.kind), expected, e.version),
      versions || data);
  END IF;
  -- A field sent as it was is no change; what others made of it stays.
  RETURN input - coalesce((
    SELECT array_agg(m.field) FROM wiki.merge_sides(e.kind, e.id, lang, expected, input) AS m WHERE m.moved AND NOT m.touched), '{}');
END
$$;
COMMENT ON FUNCTION wiki.merge_patch(jsonb, wiki.entity, text, jsonb) IS 'The fields of an update as they are to be applied now: all of them when it was made from the version there is; of an older one, when merge is asked for, those that only its author changed. Everything else is a Conflict.';
