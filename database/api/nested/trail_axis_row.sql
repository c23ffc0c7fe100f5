CREATE VIEW api.trail_axis_row AS
SELECT x.trail_id, x.direction::text AS direction, x.axis::text AS axis, x.predominant::double precision AS predominant,
  x.worst::double precision AS worst, x.not_applicable, x.wet_offset, x.note, x.basis::text AS basis
FROM wiki.trail_axis x;
COMMENT ON VIEW api.trail_axis_row IS 'Marks on the axes of difficulty.';
