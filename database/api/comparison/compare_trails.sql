-- The use case behind Mutation.compareTrails.
CREATE FUNCTION api.compare_trails(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  c wiki.comparison;
  a CONSTANT uuid := (input ->> 'trailId')::uuid;
  b CONSTANT uuid := (input ->> 'otherId')::uuid;
  expected CONSTANT integer := (input ->> 'expectedVersion')::integer;
  trail uuid;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  IF a IS NULL OR b IS NULL OR a = b THEN
    PERFORM wiki.refuse('InvalidInput', 'Two different trails are compared.', '{"field": "otherId"}');
  END IF;
  FOREACH trail IN ARRAY ARRAY[least(a, b), greatest(a, b)] LOOP
    PERFORM wiki.rideable_trail(actor, trail);
    IF NOT EXISTS (SELECT FROM wiki.ride r WHERE r.rider_id = rider AND r.trail_id = trail AND NOT r.archived) THEN
      PERFORM wiki.refuse('InvalidInput', 'You have no ride over one of the two trails: keep the ride first.');
    END IF;
    IF NOT EXISTS (
      SELECT FROM wiki.ride r
      WHERE r.rider_id = rider AND r.trail_id = trail AND NOT r.archived
        AND input ->> 'axis' = ANY (api.ratable_axes(trail, r.direction))) THEN
      PERFORM wiki.refuse('InvalidInput',
        format('One of the two trails can''t be compared for %s: it doesn''t apply the way you rode it.', lower(replace(left(input ->> 'axis', 40), '_', ' '))),
        '{"field": "axis"}');
    END IF;
  END LOOP;
  -- One at a time per rider, so that the limit holds.
  PERFORM FROM wiki.rider x WHERE x.id = rider FOR NO KEY UPDATE;
  SELECT * INTO c
  FROM wiki.comparison x
  WHERE x.rider_id = rider AND x.axis = input ->> 'axis' AND x.trail_id = least(a, b) AND x.other_id = greatest(a, b)
  FOR UPDATE;
  IF c.version IS DISTINCT FROM expected THEN
    PERFORM wiki.refuse('Conflict', CASE
        WHEN c.id IS NULL THEN 'Your earlier answer is gone meanwhile; answer anew.'
        ELSE 'You have compared these two already; look at your answer, and change it from there.'
      END, jsonb_build_object('currentVersion', c.version, 'expectedVersion', expected));
  END IF;
  IF c.id IS NULL THEN
    IF (SELECT count(*) FROM wiki.comparison x WHERE x.rider_id = rider) >= 5000 THEN
      PERFORM wiki.refuse('TooMuch', 'You keep 5,000 comparisons already; take some back first.');
    END IF;
    c.id := coalesce(nullif(input ->> 'id', '')::uuid, gen_random_uuid());
    IF EXISTS (SELECT FROM wiki.comparison x WHERE x.id = c.id) THEN
      PERFORM wiki.refuse('Conflict', 'A comparison with this id is there already.', '{"field": "id"}');
    END IF;
  END IF;
  INSERT INTO wiki.comparison AS x (id, rider_id, axis, trail_id, other_id, verdict, question_version, compared_at)
  VALUES (c.id, rider, input ->> 'axis', least(a, b), greatest(a, b),
    CASE WHEN a < b OR input ->> 'verdict' = 'SAME' THEN input ->> 'verdict' WHEN input ->> 'verdict' = 'HARDER' THEN 'EASIER' ELSE 'HARDER' END,
    coalesce((input ->> 'questionVersion')::integer, 1), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET verdict = EXCLUDED.verdict, question_version = EXCLUDED.question_version,
    compared_at = EXCLUDED.compared_at, version = x.version + 1
  RETURNING * INTO c;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'comparison.set', c.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', c.id, 'version', c.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.compare_trails(jsonb, jsonb) IS 'Says which of two trails the caller found harder. Input: id, axis, trailId, otherId, verdict, expectedVersion of the answer it replaces, questionVersion.';
