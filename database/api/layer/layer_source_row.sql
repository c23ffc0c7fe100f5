CREATE VIEW api.layer_source_row AS
SELECT s.code, s.title, s.attribution, s.licence, s.url
FROM wiki.layer_source s;
COMMENT ON VIEW api.layer_source_row IS 'Sources of open data with the attribution to show.';
