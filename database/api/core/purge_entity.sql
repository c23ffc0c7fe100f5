-- The use case behind Mutation.purgeEntity: an entity that was put away is erased for good.
-- What other pages still name isn't.
CREATE FUNCTION api.purge_entity(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  said text;
  emptied integer;
  naming jsonb;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  IF NOT api.is_admin(actor) THEN
    PERFORM wiki.refuse('Unauthorized', 'Only admins can erase a page for good.');
  END IF;
  said := wiki.required_reason(input);
  -- FOR UPDATE: nobody may begin to name it meanwhile.
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'id')::uuid FOR UPDATE;
  IF NOT FOUND OR e.purged_at IS NOT NULL THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing with this id.');
  END IF;
  IF e.kind = 'RIDER' THEN
    PERFORM wiki.refuse('InvalidInput', 'A profile isn''t erased this way: its rider''s contributions carry its name.');
  END IF;
  IF e.state <> 'ARCHIVED' THEN
    PERFORM wiki.refuse('InvalidInput', format('Put this %s away first; only what was put away is erased.', wiki.kind_name(e.kind)));
  END IF;
  PERFORM wiki.refuse_stale(e, (input ->> 'expectedVersion')::integer);
  -- Tips and notices about it that were put away go with it.
  SELECT jsonb_agg(jsonb_build_object('entityKind', n.kind, 'entityId', n.id, 'name', n.name) ORDER BY n.kind, n.id) INTO naming
  FROM (
    SELECT s.kind, s.id, left(en.name, 60) AS name
    FROM wiki.reference r
    JOIN wiki.entity s ON s.id = r.source_id
    LEFT JOIN api.entity_name_row en ON en.id = s.id
    WHERE r.target_id = e.id AND NOT (wiki.is_remark(s.kind) AND s.state = 'ARCHIVED')
    UNION
    SELECT m.kind, m.id, left(en.name, 60)
    FROM wiki.entity m
    LEFT JOIN api.entity_name_row en ON en.id = m.id
    WHERE m.merged_into = e.id
    ORDER BY 1, 2
    LIMIT 20
  ) AS n;
  IF naming IS NOT NULL THEN
    PERFORM wiki.refuse('Conflict', format('Other pages still name this %s: %s. Take it out there first.', wiki.kind_name(e.kind),
      (SELECT string_agg(x ->> 'name', ', ') FROM jsonb_array_elements(naming) AS x)), jsonb_build_object('namedBy', naming));
  END IF;
  emptied := wiki.purge(rider, e, said);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id, 'entityKind', e.kind, 'emptied', emptied);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.purge_entity(jsonb, jsonb) IS 'Erases an archived entity for good, if no other page names it. Admins. Input: id, expectedVersion, reason.';
