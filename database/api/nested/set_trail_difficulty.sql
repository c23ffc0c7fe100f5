CREATE FUNCTION wiki.set_trail_difficulty(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('difficulty', value, 3, '{"direction": "string!", "labels": "array", "axes": "array"}');
  profile jsonb;
  n bigint;
  direction wiki.line_direction;
  part jsonb;
  unknown text;
  seen text[] := '{}';
BEGIN
  DELETE FROM wiki.trail_label x WHERE x.trail_id = set_trail_difficulty.id;
  DELETE FROM wiki.trail_axis x WHERE x.trail_id = set_trail_difficulty.id;
  FOR profile, n IN SELECT i.item, i.n FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n) LOOP
    direction := profile ->> 'direction';
    IF direction = ANY (seen) THEN
      PERFORM wiki.refuse('InvalidInput', format('difficulty has two profiles for the direction %s.', direction), '{"field": "difficulty"}');
    END IF;
    seen := seen || direction::text;

    part := wiki.check_items(format('difficulty[%s].labels', n), profile -> 'labels', 12,
      '{"system": "string!", "label": "string!", "statedBy": "string!"}');
    SELECT string_agg(left(format('%s:%s', l.item ->> 'system', l.item ->> 'label'), 60), ', ' ORDER BY l.n) INTO unknown
    FROM jsonb_array_elements(part) WITH ORDINALITY AS l (item, n)
    WHERE NOT EXISTS (
      SELECT FROM wiki.term t
      WHERE t.vocabulary = 'label' AND t.code = format('%s:%s', l.item ->> 'system', l.item ->> 'label'));
    IF unknown IS NOT NULL THEN
      PERFORM wiki.refuse('InvalidInput', format('difficulty[%s].labels: not known (system:label): %s.', n, unknown), '{"field": "difficulty"}');
    END IF;
    INSERT INTO wiki.trail_label (trail_id, direction, position, code, stated_by)
    SELECT set_trail_difficulty.id, direction, l.n,
      format('%s:%s', l.item ->> 'system', l.item ->> 'label'), btrim(l.item ->> 'statedBy')
    FROM jsonb_array_elements(part) WITH ORDINALITY AS l (item, n);

    part := wiki.check_items(format('difficulty[%s].axes', n), profile -> 'axes', 5,
      '{"axis": "string!", "predominant": "number", "worst": "number", "notApplicable": "boolean",
        "wetOffset": "number", "note": "string", "basis": "string!"}');
    INSERT INTO wiki.trail_axis (trail_id, direction, axis, predominant, worst, not_applicable, wet_offset, note, basis)
    SELECT set_trail_difficulty.id, direction, v.axis, v.predominant, v.worst,
      coalesce(v."notApplicable", false), v."wetOffset", nullif(btrim(v.note), ''), v.basis
    FROM jsonb_to_recordset(part) AS v (axis wiki.axis, predominant wiki.mark, worst wiki.mark,
      "notApplicable" boolean, "wetOffset" double precision, note text, basis wiki.basis);
  END LOOP;

  UPDATE wiki.trail x SET common_label = (
    SELECT t.common
    FROM wiki.trail_label l
    JOIN wiki.term t ON t.vocabulary = l.vocabulary AND t.code = l.code
    WHERE l.trail_id = set_trail_difficulty.id AND t.common IS NOT NULL
    ORDER BY array_position(ARRAY['white', 'green', 'blue', 'black', 'double-black'], t.common) DESC
    LIMIT 1)
  WHERE x.id = set_trail_difficulty.id;
END
$$;
COMMENT ON FUNCTION wiki.set_trail_difficulty(uuid, jsonb) IS 'Replaces the difficulty profiles of a trail, and with them the label it is shown under.';
