-- The use case behind Mutation.watchEntity.
CREATE FUNCTION api.watch_entity(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'id')::uuid;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such page.');
  END IF;
  IF e.kind = 'RIDER' OR wiki.is_remark(e.kind) THEN
    PERFORM wiki.refuse('InvalidInput', format('A %s isn''t watched by itself%s.', wiki.kind_name(e.kind),
      CASE WHEN e.kind = 'RIDER' THEN '' ELSE '; watch the page that it is about' END));
  END IF;
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', format('This %s is archived; nothing happens there.', wiki.kind_name(e.kind)));
  END IF;
  -- One at a time per rider, so that the limit holds.
  PERFORM FROM wiki.rider r WHERE r.id = rider FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM wiki.watch w WHERE w.rider_id = rider AND w.entity_id = e.id) THEN
    IF (SELECT count(*) FROM wiki.watch w WHERE w.rider_id = rider) >= 2000 THEN
      PERFORM wiki.refuse('TooMuch', 'You watch 2,000 pages already. Stop watching one first.');
    END IF;
    INSERT INTO wiki.watch (rider_id, entity_id) VALUES (rider, e.id);
  END IF;
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.watch_entity(jsonb, jsonb) IS 'Watches a page. Input: id.';
