CREATE VIEW api.layer_entity_row AS
SELECT l.entity_id, l.source, s.title, s.attribution, s.licence, s.url, l.name, l.lines, l.length_m, l.climb_m,
  l.descent_m, l.elevation_method, l.profile, l.junctions, l.passes, l.imported_at
FROM wiki.layer_entity l
JOIN wiki.layer_source s ON s.code = l.source;
COMMENT ON VIEW api.layer_entity_row IS 'What open data says of entities, whoever asks: reads go through api.entity_layers.';
