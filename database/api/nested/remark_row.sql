CREATE VIEW api.remark_row AS
SELECT t.id, t.subject_id FROM wiki.tip t
UNION ALL
SELECT n.id, n.subject_id FROM wiki.seasonal_notice n
UNION ALL
SELECT m.id, m.subject_id FROM wiki.media m
UNION ALL
SELECT c.id, c.subject_id FROM wiki.comment c
UNION ALL
SELECT c.id, c.subject_id FROM wiki.claim c
UNION ALL
SELECT k.id, k.subject_id FROM wiki.fact_check k
UNION ALL
SELECT v.id, v.subject_id FROM wiki.review v;
COMMENT ON VIEW api.remark_row IS 'What is about another entity, and about which.';
