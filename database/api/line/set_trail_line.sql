-- The use case behind Mutation.setTrailLine. A rider may draw a line where there
-- is none, and fill in what is measured along it where that was unknown; changing
-- one is a careful change, which riders propose.
CREATE FUNCTION api.set_trail_line(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  target wiki.entity;
  before jsonb;
  coordinates jsonb := input -> 'coordinates';
  measured CONSTANT text[] := ARRAY['lengthM', 'climbM', 'descentM'];
  patch jsonb;
  present jsonb;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  target := wiki.open_entity(actor, rider, 'TRAIL', (input ->> 'id')::uuid, (input ->> 'expectedVersion')::integer, 'update');
  -- AWSJSON comes as text or parsed, depending on the caller.
  IF jsonb_typeof(coordinates) = 'string' THEN
    coordinates := (coordinates #>> '{}')::jsonb;
  END IF;
  IF coordinates IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'coordinates is required; null removes the line.', '{"field": "coordinates"}');
  END IF;
  -- Who doesn't see the line mustn't learn by trying whether there is one.
  IF NOT api.sees_place(actor, target.visibility) THEN
    PERFORM wiki.refuse('ProposalRequired', 'Where this trail lies is not shown; a line for it is reviewed first: propose it.', '{"fields": ["line"]}');
  END IF;
  before := wiki.get_trail_line(target.id);
  PERFORM wiki.put_trail_line(target.id, coordinates);
  IF before IS NOT NULL AND before IS DISTINCT FROM wiki.get_trail_line(target.id) AND NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('ProposalRequired', 'This trail has a line already; a change of it is reviewed first: propose it.', '{"fields": ["line"]}');
  END IF;
  SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') INTO patch
  FROM jsonb_each(input) AS f (key, value)
  WHERE f.key = ANY (measured || ARRAY['elevationMethod', 'facts']);
  IF patch <> '{}' THEN
    present := wiki.facts_of(target.kind, target.id);
    PERFORM wiki.refuse_careful(actor, target, patch - ARRAY(
      SELECT f.field FROM unnest(measured) AS f (field) WHERE before IS NULL AND NOT present ? f.field));
    PERFORM wiki.patch_entity(target.kind, target.id, target.original_lang, patch);
  END IF;
  target := wiki.record_change(actor, rider, target.id, 'EDIT', target.original_lang, input ->> 'comment');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', target.id, 'version', target.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.set_trail_line(jsonb, jsonb) IS 'Replaces or removes the line of a trail, with what is measured along it. Input: id, expectedVersion, coordinates, lengthM, climbM, descentM, elevationMethod, facts, comment.';
