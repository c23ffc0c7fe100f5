CREATE VIEW api.watch_row AS
SELECT w.rider_id, w.entity_id, w.since
FROM wiki.watch w;
COMMENT ON VIEW api.watch_row IS 'Who watches which page, whoever asks: reads are for the rider himself.';
