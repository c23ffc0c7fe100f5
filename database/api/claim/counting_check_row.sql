-- after: claim/claim_wording_row.sql
CREATE VIEW api.counting_check_row AS
SELECT DISTINCT ON (k.subject_id, coalesce(e.created_by, k.id)) k.subject_id AS claim_id, k.id, k.result::text AS result, k.checked_on
FROM wiki.fact_check k
JOIN wiki.entity e ON e.id = k.id
JOIN wiki.entity c ON c.id = k.subject_id
JOIN api.claim_wording_row w ON w.id = k.subject_id
WHERE e.state = 'PUBLISHED' AND e.created_at >= w.worded_at
  AND (e.created_by = c.created_by) IS NOT TRUE AND (e.created_by = w.worded_by) IS NOT TRUE
ORDER BY k.subject_id, coalesce(e.created_by, k.id), e.created_at DESC, k.id;
COMMENT ON VIEW api.counting_check_row IS 'The checks that a claim''s verdict rests on: of each rider the newest, made since the claim was last worded, by neither its author nor who worded it.';
