CREATE VIEW api.proposal_line_row AS
SELECT x.proposal_id, x.coordinates, x.simplified, x.point_count
FROM wiki.proposal_line x;
COMMENT ON VIEW api.proposal_line_row IS 'Lines of proposals that wait, whoever asks: reads go through api.proposal_line_page.';
