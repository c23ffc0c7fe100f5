CREATE VIEW api.entity_name_row AS
SELECT r.id, r.name FROM wiki.region r
UNION ALL
SELECT s.id, s.name FROM wiki.system s
UNION ALL
SELECT t.id, t.name FROM wiki.trail t
UNION ALL
SELECT r.id, r.name FROM wiki.route r
UNION ALL
SELECT r.id, r.name FROM wiki.rider r
UNION ALL
SELECT g.id, g.name FROM wiki.guide g
UNION ALL
SELECT c.id, c.name FROM wiki.regional_comparison c
UNION ALL
SELECT o.id, o.name FROM wiki.organisation o
UNION ALL
SELECT t.id, left(t.body, 60) FROM wiki.tip t
UNION ALL
SELECT n.id, left(n.body, 60) FROM wiki.seasonal_notice n;
COMMENT ON VIEW api.entity_name_row IS 'Name of every entity; a tip or notice is called by its first 60 characters. The caller applies api.can_read.';
