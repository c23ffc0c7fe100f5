CREATE FUNCTION wiki.open_proposal(actor jsonb, rider uuid, input jsonb, decision text) RETURNS wiki.proposal
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  p wiki.proposal;
  e wiki.entity;
BEGIN
  SELECT * INTO p FROM wiki.proposal x WHERE x.id = (input ->> 'id')::uuid FOR UPDATE;
  IF FOUND THEN
    SELECT * INTO e FROM wiki.entity x WHERE x.id = p.entity_id;
  END IF;
  IF p.id IS NULL OR NOT api.can_read(actor, e.state, e.visibility, e.created_by)
    OR NOT (api.sees_place(actor, e.visibility) OR p.author = rider) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such proposal.');
  END IF;
  IF decision = 'withdraw' THEN
    IF p.author <> rider THEN
      PERFORM wiki.refuse('Unauthorized', 'Only its author can withdraw a proposal.');
    END IF;
  ELSIF NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', format('Only moderators can %s a proposal.', decision));
  END IF;
  IF p.state NOT IN ('OPEN', 'HELD') THEN
    PERFORM wiki.refuse('Conflict', format('This proposal is decided already: it was %s.', lower(p.state)),
      jsonb_build_object('state', p.state));
  END IF;
  p.decided_at := clock_timestamp();
  p.decided_by := rider;
  p.decision_note := nullif(btrim(input ->> 'note'), '');
  RETURN p;
END
$$;
COMMENT ON FUNCTION wiki.open_proposal(jsonb, uuid, jsonb, text) IS 'Locks a proposal that waits, once the rider may decide on it: accept, reject (moderators) or withdraw (its author).';
