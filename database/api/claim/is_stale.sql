CREATE FUNCTION api.is_stale(valid_until date, checked_on date) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(valid_until < api.day_everywhere(now()), false) OR coalesce(checked_on < api.day_everywhere(now())
    - make_interval(months => (SELECT (s.value #>> '{}')::integer FROM api.setting_row s WHERE s.name = 'claims.months')), false)
$$;
COMMENT ON FUNCTION api.is_stale(date, date) IS 'Whether a claim''s last day has passed, or its last check is longer ago than the setting claims.months.';
