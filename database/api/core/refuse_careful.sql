CREATE FUNCTION wiki.refuse_careful(actor jsonb, e wiki.entity, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Who doesn't see a field mustn't learn by trying whether a value is the present one.
  unseen CONSTANT text[] := CASE WHEN api.sees_place(actor, e.visibility) THEN '{}' ELSE wiki.masked_fields(e.kind) END;
  asked CONSTANT text[] := ARRAY(
    SELECT f.field
    FROM unnest(wiki.careful_fields(e.kind) || unseen) WITH ORDINALITY AS f (field, n)
    WHERE input -> f.field IS NOT NULL
    GROUP BY f.field
    ORDER BY min(f.n));
  facts jsonb;
  fields text[];
BEGIN
  IF asked = '{}' OR api.is_moderator(actor) OR wiki.is_remark(e.kind) OR e.kind = 'RIDER'
    OR (e.state = 'DRAFT' AND e.created_by = api.rider_id(actor)) THEN
    RETURN;
  END IF;
  facts := wiki.facts_of(e.kind, e.id);
  SELECT array_agg(c.field ORDER BY c.n) INTO fields
  FROM unnest(asked) WITH ORDINALITY AS c (field, n)
  WHERE c.field = ANY (unseen)
    OR wiki.normal_value(CASE
      -- A leg's direction need not be said.
      WHEN e.kind = 'ROUTE' AND c.field = 'legs' AND jsonb_typeof(input -> 'legs') = 'array' THEN (
        SELECT jsonb_agg(CASE
          WHEN jsonb_typeof(l.v) = 'object' AND coalesce(l.v -> 'direction', 'null') = 'null' THEN l.v || '{"direction": "FORWARD"}'
          ELSE l.v END ORDER BY l.n)
        FROM jsonb_array_elements(input -> 'legs') WITH ORDINALITY AS l (v, n))
      ELSE input -> c.field
    END) IS DISTINCT FROM wiki.normal_value(coalesce(facts -> c.field, 'null'));
  IF fields IS NOT NULL THEN
    PERFORM wiki.refuse('ProposalRequired',
      format('A change of %s is reviewed first: propose it.', array_to_string(fields, ', ')),
      jsonb_build_object('fields', fields));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.refuse_careful(jsonb, wiki.entity, jsonb) IS 'Refuses a rider''s direct change of fields that are reviewed first. Sending them unchanged is no change.';
