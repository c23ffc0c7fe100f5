CREATE VIEW api.system_place_row AS
SELECT s.id, s.name, s.status::text AS status, s.size::text AS size, s.position_lon, s.position_lat,
  e.state::text AS state, e.visibility::text AS visibility, e.created_by
FROM wiki.system s
JOIN wiki.entity e ON e.id = s.id;
COMMENT ON VIEW api.system_place_row IS 'Where systems are and who may know of them, for discovery.';
