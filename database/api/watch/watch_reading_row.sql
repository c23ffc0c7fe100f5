CREATE VIEW api.watch_reading_row AS
SELECT r.rider_id, r.seen_until
FROM wiki.watch_reading r;
COMMENT ON VIEW api.watch_reading_row IS 'Up to when each rider has seen the changes of what he watches.';
