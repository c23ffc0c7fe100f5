CREATE VIEW api.media_condition_row AS
SELECT x.media_id, x.code, t.position
FROM wiki.media_condition x
JOIN wiki.term t ON t.vocabulary = x.vocabulary AND t.code = x.code;
COMMENT ON VIEW api.media_condition_row IS 'Conditions that photos and films were taken in, with their place in the vocabulary.';
