CREATE VIEW api.discovery_document_row AS
SELECT d.system_id, d.name, d.state::text AS state, d.visibility::text AS visibility, d.created_by, d.synthetic,
  d.status::text AS status, d.size::text AS size, d.lat, d.lon, d.regions, d.countries, d.tags,
  d.style_marks, d.skill_marks, d.season, d.route_fitness, d.forbidden, d.evidence, d.open_m
FROM wiki.discovery_document d;
COMMENT ON VIEW api.discovery_document_row IS 'What discovery weighs of systems, whoever asks: reads go through api.discover_candidates.';
