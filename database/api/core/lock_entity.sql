CREATE FUNCTION wiki.lock_entity(actor jsonb, rider uuid, kind text, id uuid, action text)
RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e wiki.entity;
BEGIN
  -- The lock makes a second editor wait here and then see the first one's
  -- version. NO KEY: rows that only refer to the entity needn't wait.
  SELECT * INTO e FROM wiki.entity x
  WHERE x.id = lock_entity.id AND x.kind = lock_entity.kind
  FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', format('There is no such %s.', wiki.kind_name(kind)));
  END IF;
  IF NOT wiki.may_change(actor, rider, e, action) THEN
    PERFORM wiki.refuse('Unauthorized', CASE
      WHEN e.kind IN ('TIP', 'FACT_CHECK', 'REVIEW') THEN format('Only its author or a moderator can change a %s.', wiki.kind_name(kind))
      WHEN e.kind = 'MEDIA' THEN 'Only who added a photo or film, or a moderator, can change what is said of it.'
      WHEN e.kind = 'CLAIM' THEN 'Only its author or a moderator can put a claim away or back; correct it instead.'
      WHEN e.kind = 'SEASONAL_NOTICE' THEN 'Only its author or a moderator can put a notice away or back; change its last day instead.'
      WHEN e.kind = 'COMMENT' AND action = 'update' THEN 'Only its author can change a comment.'
      WHEN e.kind = 'COMMENT' THEN format('Only %sa moderator can %s.', CASE WHEN e.created_by = rider THEN '' ELSE 'its author or ' END,
        CASE action WHEN 'restore' THEN 'bring this comment back' ELSE 'take this comment away' END)
      WHEN e.kind = 'RIDER' THEN 'Only the rider or a moderator can change a profile.'
      ELSE format('Only moderators can %s %s.', action, wiki.a_kind(kind))
    END);
  END IF;
  IF e.state = 'TAKEN_DOWN' THEN
    PERFORM wiki.refuse('Archived', format('This %s was taken down; put it back first.', wiki.kind_name(kind)));
  END IF;
  IF e.state = 'ARCHIVED' AND action <> 'restore' THEN
    PERFORM wiki.refuse('Archived', format('This %s is archived; it can only be restored.', wiki.kind_name(kind)));
  END IF;
  IF e.protected_until > now() AND NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Protected',
      format('This %s is protected until %s; propose the change instead.', wiki.kind_name(kind),
        to_char(e.protected_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
      jsonb_build_object('until', to_char(e.protected_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
  END IF;
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.lock_entity(jsonb, uuid, text, uuid, text) IS 'Locks an entity for a change, once the rider may make it; which version it was made from is the caller''s to look at. Actions: update, archive, restore.';
