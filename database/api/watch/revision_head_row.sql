CREATE VIEW api.revision_head_row AS
SELECT r.id, r.entity_id, r.author, r.created_at
FROM wiki.revision r;
COMMENT ON VIEW api.revision_head_row IS 'Revisions without their content, for finding them; reads go through api.revision_nodes.';
