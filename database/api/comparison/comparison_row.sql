CREATE VIEW api.comparison_row AS
SELECT c.id, c.rider_id, c.axis::text AS axis, c.trail_id, c.other_id, c.verdict::text AS verdict, c.question_version, c.version, c.compared_at
FROM wiki.comparison c;
COMMENT ON VIEW api.comparison_row IS 'Every rider''s comparisons; they are read through api.comparison_nodes, which gives each his own.';
