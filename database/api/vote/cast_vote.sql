-- The use case behind Mutation.castVote. The count is kept in the same transaction, so
-- that no list has to count.
CREATE FUNCTION api.cast_vote(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  old boolean;
  new boolean;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input->>'entityId')::uuid FOR SHARE;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing here to vote on.');
  END IF;
  IF NOT wiki.is_voted_on(e.kind) THEN
    PERFORM wiki.refuse('InvalidInput', format('Nobody votes on a %s; votes are for what riders say of it.', wiki.kind_name(e.kind)));
  END IF;
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', format('This %s was put away.', wiki.kind_name(e.kind)));
  END IF;
  IF e.created_by = rider THEN
    PERFORM wiki.refuse('InvalidInput', format('You wrote this %s; others vote on it.', wiki.kind_name(e.kind)));
  END IF;
  new := CASE input->>'value' WHEN 'UP' THEN true WHEN 'DOWN' THEN false END;
  IF new IS NULL AND input->>'value' IS DISTINCT FROM 'NONE' THEN
    PERFORM wiki.refuse('InvalidInput', 'A vote is up, down or none.', '{"field": "value"}');
  END IF;
  -- Whoever votes on it at the same time waits here, a rider's second vote for his first.
  INSERT INTO wiki.vote_count AS c (entity_id) VALUES (e.id) ON CONFLICT (entity_id) DO UPDATE SET up = c.up;
  SELECT v.up INTO old FROM wiki.vote v WHERE v.entity_id = e.id AND v.rider_id = rider;
  IF new IS NULL THEN
    DELETE FROM wiki.vote v WHERE v.entity_id = e.id AND v.rider_id = rider;
  ELSIF new IS DISTINCT FROM old THEN
    INSERT INTO wiki.vote AS v (entity_id, rider_id, up) VALUES (e.id, rider, new)
    ON CONFLICT (entity_id, rider_id) DO UPDATE SET up = EXCLUDED.up, voted_at = EXCLUDED.voted_at;
  END IF;
  IF new IS DISTINCT FROM old THEN
    UPDATE wiki.vote_count c SET
      up = c.up + (new IS TRUE)::integer - (old IS TRUE)::integer,
      down = c.down + (new IS FALSE)::integer - (old IS FALSE)::integer
    WHERE c.entity_id = e.id;
  END IF;
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.cast_vote(jsonb, jsonb) IS 'Gives, changes or takes back a rider''s vote. Input: entityId, value (UP, DOWN, NONE).';
