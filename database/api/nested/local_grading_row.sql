CREATE VIEW api.local_grading_row AS
SELECT x.entity_id, x.axis::text AS axis, x.step_offset, x.note
FROM wiki.local_grading x;
COMMENT ON VIEW api.local_grading_row IS 'Local grading.';
