CREATE VIEW api.flag_row AS
SELECT f.id, f.rider_id, f.entity_id, f.entity_kind::text AS entity_kind, f.revision_id, f.reason::text AS reason, f.note, f.state::text AS state,
  f.created_at, f.decided_at, f.decided_by, f.decision_note
FROM wiki.flag f;
COMMENT ON VIEW api.flag_row IS 'Reports, whoever asks: reads go through api.flag_nodes.';
