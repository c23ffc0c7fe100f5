CREATE FUNCTION wiki.patch_trip(actor jsonb, trip uuid, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  t wiki.trip;
  item jsonb;
  n bigint;
  what text;
  ids uuid[];
  new_days jsonb := '[]';
  new_members jsonb := '[]';
  unseen uuid;
  places integer := 0;
BEGIN
  SELECT * INTO t FROM wiki.trip x WHERE x.id = patch_trip.trip;
  IF input ? 'title' THEN
    t.title := coalesce(btrim(input ->> 'title'), '');
  END IF;
  IF input ? 'startsOn' THEN
    t.starts_on := (input ->> 'startsOn')::date;
  END IF;
  IF input ? 'endsOn' THEN
    t.ends_on := (input ->> 'endsOn')::date;
  END IF;
  IF input ? 'question' THEN
    t.question := nullif(input -> 'question', 'null');
    IF t.question IS NOT NULL THEN
      -- The shape of DiscoverInput.
      PERFORM wiki.check_object('question', t.question, '{"near": "object", "regionIds": "array", "countries": "array", "systemIds": "array",
        "month": "integer", "skill": "string", "fitness": "string", "styles": "array", "includeInvented": "boolean", "mustHave": "array",
        "avoid": "array", "bikeClass": "string", "days": "integer", "first": "integer", "units": "string", "lang": "string"}');
    END IF;
  END IF;
  IF input ? 'days' THEN
    FOR item, n IN
      SELECT i.v, i.n
      FROM jsonb_array_elements(wiki.check_items('days', input -> 'days', 21,
        '{"date": "date", "note": "string", "systemIds": "array", "routeIds": "array"}')) WITH ORDINALITY AS i (v, n)
    LOOP
      IF length(item ->> 'note') > 500 THEN
        PERFORM wiki.refuse('InvalidInput', format('The note for day %s has more than 500 characters.', n), '{"field": "days"}');
      END IF;
      item := jsonb_build_object('date', left(item ->> 'date', 10)::date, 'note', nullif(btrim(item ->> 'note'), ''),
        'systemIds', item -> 'systemIds', 'routeIds', item -> 'routeIds');
      FOREACH what IN ARRAY ARRAY['system', 'route'] LOOP
        ids := wiki.check_ids(format('days[%s].%sIds', n, what), item -> (what || 'Ids'), CASE what WHEN 'system' THEN 4 ELSE 6 END, upper(what));
        places := places + cardinality(ids);
        -- What was in the plan before stays in it, whoever hid it since.
        SELECT e.id INTO unseen
        FROM wiki.entity e
        WHERE e.id = ANY (ids) AND NOT api.can_read(actor, e.state, e.visibility, e.created_by)
          AND NOT EXISTS (SELECT FROM jsonb_array_elements(t.days) AS d (v) WHERE d.v -> (what || 'Ids') ? e.id::text)
        LIMIT 1;
        IF unseen IS NOT NULL THEN
          PERFORM wiki.refuse('InvalidInput', format('days[%s].%sIds: there is no %s with the id %s.', n, what, wiki.kind_name(upper(what)), unseen),
            '{"field": "days"}');
        END IF;
        item := jsonb_set(item, ARRAY[what || 'Ids'], to_jsonb(ids));
      END LOOP;
      new_days := new_days || jsonb_build_array(item);
    END LOOP;
    IF places > 40 THEN
      PERFORM wiki.refuse('InvalidInput', format('The plan names %s systems and routes; at most 40 are possible.', places), '{"field": "days"}');
    END IF;
    t.days := new_days;
  END IF;
  IF input ? 'members' THEN
    FOR item, n IN
      SELECT i.v, i.n
      FROM jsonb_array_elements(wiki.check_items('members', input -> 'members', 12,
        '{"nickname": "string!", "skill": "string", "fitness": "string", "childrenAges": "integers", "adaptiveNeeds": "string"}')) WITH ORDINALITY AS i (v, n)
    LOOP
      IF length(btrim(item ->> 'nickname')) NOT BETWEEN 1 AND 40 OR length(item ->> 'adaptiveNeeds') > 300
        OR jsonb_array_length(coalesce(nullif(item -> 'childrenAges', 'null'), '[]')) > 6
        OR jsonb_path_exists(item, '$.childrenAges[*] ? (@ < 0 || @ > 17)') THEN
        PERFORM wiki.refuse('InvalidInput',
          format('Number %s of those who come along: a nickname has 1 to 40 characters, what somebody needs at most 300, and children are 0 to 17 years old, at most 6 of them.', n),
          '{"field": "members"}');
      END IF;
      new_members := new_members || jsonb_build_array(jsonb_build_object('nickname', btrim(item ->> 'nickname'),
        'skill', (item ->> 'skill')::wiki.skill_level, 'fitness', (item ->> 'fitness')::wiki.fitness_level,
        'childrenAges', coalesce(nullif(item -> 'childrenAges', 'null'), '[]'), 'adaptiveNeeds', nullif(btrim(item ->> 'adaptiveNeeds'), '')));
    END LOOP;
    t.members := new_members;
  END IF;
  UPDATE wiki.trip x SET title = t.title, question = t.question, starts_on = t.starts_on, ends_on = t.ends_on, days = t.days, members = t.members
  WHERE x.id = t.id;
END
$$;
COMMENT ON FUNCTION wiki.patch_trip(jsonb, uuid, jsonb) IS 'Applies a patch to a trip that is there: absent is unchanged, null is cleared; days and members are replaced as a whole.';
