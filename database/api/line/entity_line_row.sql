CREATE VIEW api.entity_line_row AS
SELECT x.trail_id AS entity_id, NULL::text AS source, NULL::text AS attribution, NULL::text AS licence,
  x.point_count, x.simplified, '{}'::integer[] AS breaks, '{}'::uuid[] AS passes
FROM wiki.trail_line x
UNION ALL
SELECT l.entity_id, l.source, s.attribution, s.licence, l.point_count, l.simplified, l.breaks, l.passes
FROM wiki.layer_entity l
JOIN wiki.layer_source s ON s.code = l.source
WHERE l.point_count >= 2;
COMMENT ON VIEW api.entity_line_row IS 'Short forms of all lines there are of an entity, whoever asks: the wiki''s own (source null) and those of open data. The caller of this view applies api.sees_place and, to routes, api.sees_passes.';
