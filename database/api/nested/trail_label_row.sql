CREATE VIEW api.trail_label_row AS
SELECT x.trail_id, x.direction::text AS direction, x.position, x.code,
  split_part(x.code, ':', 1) AS label_system, substr(x.code, strpos(x.code, ':') + 1) AS label, x.stated_by
FROM wiki.trail_label x;
COMMENT ON VIEW api.trail_label_row IS 'Stated difficulties.';
