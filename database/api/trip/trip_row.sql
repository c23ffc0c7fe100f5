CREATE VIEW api.trip_row AS
SELECT t.id, t.rider_id, t.title, t.question, t.starts_on, t.ends_on, t.days, t.members, t.link_hash, t.shares_members, t.looked_at,
  t.archived, t.version, t.created_at, t.updated_at
FROM wiki.trip t;
COMMENT ON VIEW api.trip_row IS 'Every rider''s trips: they are read through api.trip_nodes, which gives each his own, and api.shared_trip, by the link.';
