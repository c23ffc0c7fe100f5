-- after: core/entity_row.sql
CREATE VIEW api.history_row AS
SELECT e.id, e.created_by, coalesce(m.state, e.state) AS state,
  -- As little is seen as of the stricter one of the two.
  CASE
    WHEN e.visibility = 'HIDDEN' OR m.visibility = 'HIDDEN' THEN 'HIDDEN'
    WHEN e.visibility = 'NAME_ONLY' OR m.visibility = 'NAME_ONLY' THEN 'NAME_ONLY'
    ELSE e.visibility
  END AS visibility
FROM api.entity_row e
LEFT JOIN api.entity_row m ON m.id = e.merged_into;
COMMENT ON VIEW api.history_row IS 'By what the history of an entity is shown: that of one merged into another as that other, whoever asks: the caller of this view applies api.can_read.';
