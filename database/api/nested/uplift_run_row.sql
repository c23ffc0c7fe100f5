CREATE VIEW api.uplift_run_row AS
SELECT x.uplift_id, x.position, x.months, x.weekdays, x.hours, x.last_ride, x.note
FROM wiki.uplift_run x;
COMMENT ON VIEW api.uplift_run_row IS 'When uplifts run.';
