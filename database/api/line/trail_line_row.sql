CREATE VIEW api.trail_line_row AS
SELECT x.trail_id, x.coordinates, x.simplified, x.point_count, x.has_elevation,
  x.west::double precision AS west, x.south::double precision AS south,
  x.east::double precision AS east, x.north::double precision AS north
FROM wiki.trail_line x;
COMMENT ON VIEW api.trail_line_row IS 'Lines of trails, whoever asks: the caller of this view applies api.sees_place.';
