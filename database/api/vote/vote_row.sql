CREATE VIEW api.vote_row AS
SELECT v.entity_id, v.rider_id, v.up
FROM wiki.vote v;
COMMENT ON VIEW api.vote_row IS 'Who votes for what: for functions that tell a rider of his own vote, and of no other''s.';
