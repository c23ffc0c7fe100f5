CREATE VIEW api.ride_row AS
SELECT r.id, r.rider_id, r.trail_id, r.direction::text AS direction, r.ridden_on, r.year, r.month::integer AS month,
  r.season::text AS season, r.sort_day, r.bike_class::text AS bike_class, r.outcome::text AS outcome, r.note, r.archived,
  r.version, r.created_at, r.updated_at
FROM wiki.ride r;
COMMENT ON VIEW api.ride_row IS 'Every rider''s rides: they are read through api.ride_nodes, which gives each his own, and counted in api.trail_ratings.';
