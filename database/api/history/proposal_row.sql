CREATE VIEW api.proposal_row AS
SELECT p.id, p.entity_id, p.entity_kind::text AS entity_kind, p.base_version, p.lang::text AS lang, p.patch, p.author,
  p.state::text AS state, p.comment, p.created_at, p.decided_at, p.decided_by, p.decision_note, p.left_out
FROM wiki.proposal p;
COMMENT ON VIEW api.proposal_row IS 'Proposals, whoever asks: reads go through api.proposal_nodes.';
