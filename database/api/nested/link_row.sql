CREATE VIEW api.link_row AS
SELECT x.entity_id, x.position, x.title, x.url
FROM wiki.link x;
COMMENT ON VIEW api.link_row IS 'Links.';
