CREATE VIEW api.ride_condition_row AS
SELECT c.ride_id, c.code FROM wiki.ride_condition c;
COMMENT ON VIEW api.ride_condition_row IS 'What trails were like on rides; for api.ride_nodes.';
