CREATE VIEW api.vote_count_row AS
SELECT c.entity_id, c.up, c.down
FROM wiki.vote_count c;
COMMENT ON VIEW api.vote_count_row IS 'How many votes there are for and against what. No row: none.';
