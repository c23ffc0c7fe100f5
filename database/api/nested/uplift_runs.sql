CREATE FUNCTION api.uplift_runs(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'months', x.months, 'weekdays', x.weekdays, 'hours', x.hours, 'lastRide', x.last_ride, 'note', x.note) ORDER BY x.position), '[]')
  FROM api.uplift_run_row x
  WHERE x.uplift_id = uplift_runs.id
$$;
COMMENT ON FUNCTION api.uplift_runs(uuid, text, jsonb) IS 'When an uplift runs, in its order.';
