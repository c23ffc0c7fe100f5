CREATE FUNCTION wiki.patch_ride(ride uuid, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  r wiki.ride;
  oneway boolean;
  -- The furthest day that anybody on earth can have (UTC+14).
  today CONSTANT date := (now() AT TIME ZONE 'UTC' + interval '14 hours')::date;
  latest integer;
  bad text;
BEGIN
  SELECT * INTO r FROM wiki.ride x WHERE x.id = patch_ride.ride;
  IF input ? 'direction' THEN
    r.direction := coalesce(input ->> 'direction', 'EITHER');
  END IF;
  IF input ?| ARRAY['riddenOn', 'year', 'month', 'season'] THEN
    r.ridden_on := (input ->> 'riddenOn')::date;
    r.year := (input ->> 'year')::integer;
    r.month := (input ->> 'month')::integer;
    r.season := input ->> 'season';
    IF r.ridden_on IS NULL AND r.year IS NULL THEN
      PERFORM wiki.refuse('InvalidInput', 'Say when it was: the day, or at least the year.', '{"field": "riddenOn"}');
    END IF;
    IF r.year NOT BETWEEN 1970 AND 2199 THEN
      PERFORM wiki.refuse('InvalidInput', 'A ride was in 1970 or later.', '{"field": "year"}');
    END IF;
    -- In the hemisphere where it comes first.
    latest := r.year * 12 + coalesce(r.month::integer, CASE WHEN r.season IN ('SPRING', 'AUTUMN') THEN 3 ELSE 1 END);
    IF r.ridden_on > today OR latest > extract(year FROM today) * 12 + extract(month FROM today) THEN
      PERFORM wiki.refuse('InvalidInput', 'That day is still to come: keep a ride when you have ridden it.',
        jsonb_build_object('field', CASE WHEN r.ridden_on IS NULL THEN 'year' ELSE 'riddenOn' END));
    END IF;
  END IF;
  IF input ? 'bikeClass' THEN
    r.bike_class := input ->> 'bikeClass';
  END IF;
  IF input ? 'outcome' THEN
    r.outcome := input ->> 'outcome';
  END IF;
  IF input ? 'note' THEN
    r.note := nullif(btrim(input ->> 'note'), '');
  END IF;
  SELECT t.direction IN ('UP_ONLY', 'DOWN_ONLY', 'ONE_WAY') INTO oneway FROM wiki.trail t WHERE t.id = r.trail_id;
  IF oneway AND r.direction = 'BACKWARD' AND input ? 'direction' THEN
    PERFORM wiki.refuse('InvalidInput', 'This trail is ridden one way only.', '{"field": "direction"}');
  END IF;
  UPDATE wiki.ride x SET direction = r.direction, ridden_on = r.ridden_on, year = r.year, month = r.month, season = r.season,
    bike_class = r.bike_class, outcome = r.outcome, note = r.note
  WHERE x.id = r.id;
  IF input ? 'direction' THEN
    SELECT string_agg(lower(replace(p.axis, '_', ' ')), ', ' ORDER BY p.axis) INTO bad
    FROM wiki.perceived_rating p
    WHERE p.ride_id = r.id AND p.axis <> ALL (api.ratable_axes(r.trail_id, r.direction));
    IF bad IS NOT NULL THEN
      PERFORM wiki.refuse('InvalidInput', format('Rated was %s, which doesn''t apply in that direction: take that rating back first.', bad), '{"field": "direction"}');
    END IF;
  END IF;
  IF input ? 'conditions' THEN
    DELETE FROM wiki.ride_condition c WHERE c.ride_id = r.id;
    INSERT INTO wiki.ride_condition (ride_id, code)
    SELECT r.id, c FROM unnest(wiki.check_strings('conditions', input -> 'conditions', 8, 'condition')) AS c;
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.patch_ride(uuid, jsonb) IS 'Applies a patch to a ride that is there: absent is unchanged, null is cleared; the day, year, month and season are replaced together.';
