CREATE VIEW api.route_leg_row AS
SELECT x.route_id, x.position, x.kind::text AS kind, x.trail_id, x.from_m, x.to_m, x.direction::text AS direction,
  x.purpose, x.notes, x.alternatives, x.uplift_id
FROM wiki.route_leg x;
COMMENT ON VIEW api.route_leg_row IS 'Legs of routes.';
