CREATE VIEW api.trail_feature_row AS
SELECT x.trail_id, x.position, x.at_m, x.kind::text AS kind, x.name, x.size_m, x.technical::double precision AS technical,
  x.consequence::double precision AS consequence, x.mandatory, x.bypass, x.note
FROM wiki.trail_feature x;
COMMENT ON VIEW api.trail_feature_row IS 'Features of trails.';
