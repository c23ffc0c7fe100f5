CREATE FUNCTION wiki.change_state(actor jsonb, input jsonb, kind text, action text) RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider CONSTANT uuid := wiki.writer(actor);
  e wiki.entity;
BEGIN
  IF action NOT IN ('archive', 'restore') THEN
    RAISE EXCEPTION 'change_state: unknown action %', action;
  END IF;
  e := wiki.open_entity(actor, rider, kind, (input ->> 'id')::uuid, (input ->> 'expectedVersion')::integer, action);
  IF action = 'restore' THEN
    IF e.state <> 'ARCHIVED' THEN
      PERFORM wiki.refuse('InvalidInput', format('This %s is not archived.', wiki.kind_name(kind)));
    END IF;
    IF e.purged_at IS NOT NULL THEN
      PERFORM wiki.refuse('InvalidInput', format('This %s was erased for good; there is nothing to bring back.', wiki.kind_name(kind)));
    END IF;
    IF wiki.one_each(kind) AND wiki.own_remark(e.created_by, kind, (SELECT p.subject_id FROM api.remark_row p WHERE p.id = e.id)) IS NOT NULL THEN
      PERFORM wiki.refuse('Conflict', format('There is a newer %s of the same rider; put that one away first.', wiki.kind_name(kind)));
    END IF;
  END IF;
  -- One that was merged into another is itself again; what moved there stays there.
  UPDATE wiki.entity x SET state = CASE action WHEN 'archive' THEN 'ARCHIVED' ELSE 'PUBLISHED' END, merged_into = NULL
  WHERE x.id = e.id;
  RETURN wiki.record_change(actor, rider, e.id, upper(action), e.original_lang, input ->> 'comment');
END
$$;
COMMENT ON FUNCTION wiki.change_state(jsonb, jsonb, text, text) IS 'Puts an entity away (archive) or back (restore); both are revisions and reversible.';
