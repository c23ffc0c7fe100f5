CREATE VIEW api.rider_style_row AS
SELECT x.rider_id, x.style::text AS style
FROM wiki.rider_style x;
COMMENT ON VIEW api.rider_style_row IS 'Styles riders like.';
