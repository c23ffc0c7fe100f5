CREATE VIEW api.system_style_mark_row AS
SELECT x.system_id, x.style::text AS style, x.mark
FROM wiki.system_style_mark x;
COMMENT ON VIEW api.system_style_mark_row IS 'Marks of systems by riding style.';
