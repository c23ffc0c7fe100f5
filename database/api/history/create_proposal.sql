-- The use case behind Mutation.createProposal. The patch is tried at once and
-- undone, so that what could never be accepted is refused while its author is there.
CREATE FUNCTION api.create_proposal(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  p wiki.proposal;
  patch jsonb := input -> 'patch';
  lang CONSTANT text := coalesce(nullif(input ->> 'lang', ''), 'en');
  most CONSTANT integer := coalesce((SELECT s.value::integer FROM wiki.setting s WHERE s.name = 'proposals.waiting'), 5);
  unknown text;
  before jsonb;
  drawn wiki.trail_line;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input ->> 'entityId')::uuid;
  IF NOT FOUND OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is nothing with this entityId.');
  END IF;
  IF e.kind IN ('RIDER', 'COMMENT') THEN
    PERFORM wiki.refuse('Unauthorized', format('A %s is its %s own; nobody proposes changes to it.',
      CASE e.kind WHEN 'RIDER' THEN 'profile' ELSE 'comment' END, CASE e.kind WHEN 'RIDER' THEN 'rider''s' ELSE 'author''s' END));
  END IF;
  IF e.state IN ('ARCHIVED', 'TAKEN_DOWN') THEN
    PERFORM wiki.refuse('Archived', format('This %s is %s; it can only be restored.', wiki.kind_name(e.kind), CASE e.state WHEN 'ARCHIVED' THEN 'archived' ELSE 'taken down' END));
  END IF;
  -- AWSJSON comes as text or parsed, depending on the caller.
  IF jsonb_typeof(patch) = 'string' THEN
    patch := (patch #>> '{}')::jsonb;
  END IF;
  IF jsonb_typeof(patch) IS DISTINCT FROM 'object' OR patch = '{}' THEN
    PERFORM wiki.refuse('InvalidInput', 'patch must be an object of the fields to change.', '{"field": "patch"}');
  END IF;
  -- What is served in one row must fit in one; a line stands apart.
  IF octet_length((patch - 'line')::text) > 48000 THEN
    PERFORM wiki.refuse('InvalidInput', format('patch has %s bytes; at most 48,000 are possible.', octet_length((patch - 'line')::text)), '{"field": "patch"}');
  END IF;
  SELECT string_agg(left(k, 40), ', ' ORDER BY k) INTO unknown
  FROM jsonb_object_keys(patch) AS k
  WHERE k <> ALL (wiki.updatable_fields(e.kind)) AND NOT (k = 'line' AND e.kind = 'TRAIL');
  IF unknown IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', format('patch: a %s has no field to change called %s.', wiki.kind_name(e.kind), left(unknown, 200)), '{"field": "patch"}');
  END IF;
  IF (input ->> 'baseVersion')::integer IS NULL OR (input ->> 'baseVersion')::integer NOT BETWEEN 0 AND e.version THEN
    PERFORM wiki.refuse('InvalidInput',
      format('baseVersion must be a version this %s has had: 0 to %s.', wiki.kind_name(e.kind), e.version),
      '{"field": "baseVersion"}');
  END IF;
  -- One at a time per rider, so that the limit holds.
  PERFORM FROM wiki.rider r WHERE r.id = rider FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM wiki.proposal x WHERE x.author = rider AND x.state IN ('OPEN', 'HELD')) >= most THEN
    PERFORM wiki.refuse('TooMuch', format('%s of your proposals wait already. Withdraw one, or wait until one is decided.', most));
  END IF;

  BEGIN
    before := wiki.content_now(e.kind, e.id, lang);
    PERFORM wiki.patch_entity(e.kind, e.id, lang, patch);
    IF patch ? 'line' THEN
      PERFORM wiki.put_trail_line(e.id, patch -> 'line');
      SELECT * INTO drawn FROM wiki.trail_line x WHERE x.trail_id = e.id;
      patch := jsonb_set(patch, '{line}', coalesce(wiki.get_trail_line(e.id), 'null'));
    END IF;
    -- Not said to who doesn't see the place: it would tell him what stands there.
    IF wiki.content_now(e.kind, e.id, lang) = before AND api.sees_place(actor, e.visibility) THEN
      PERFORM wiki.refuse('InvalidInput', 'patch changes nothing: it says what stands there already.', '{"field": "patch"}');
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'MWTRY', MESSAGE = 'undo the trial';
  EXCEPTION WHEN SQLSTATE 'MWTRY' THEN
    NULL;
  END;

  INSERT INTO wiki.proposal (id, entity_id, entity_kind, base_version, lang, patch, author, comment)
  VALUES (coalesce(nullif(input ->> 'id', '')::uuid, gen_random_uuid()), e.id, e.kind, (input ->> 'baseVersion')::integer,
    lang, patch, rider, nullif(btrim(input ->> 'comment'), ''))
  ON CONFLICT (id) DO NOTHING
  RETURNING * INTO p;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'A proposal with this id is there already.', '{"field": "id"}');
  END IF;
  IF drawn.trail_id IS NOT NULL THEN
    INSERT INTO wiki.proposal_line (proposal_id, coordinates, simplified, point_count)
    VALUES (p.id, drawn.coordinates, drawn.simplified, drawn.point_count);
  END IF;
  PERFORM wiki.record_decision(rider, p, 'create');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', p.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.create_proposal(jsonb, jsonb) IS 'Proposes a change. Input: id, entityId, baseVersion, patch, lang, comment.';
