CREATE VIEW api.rider_avoid_row AS
SELECT x.rider_id, x.code, t.position
FROM wiki.rider_avoid x
JOIN wiki.term t ON t.vocabulary = x.vocabulary AND t.code = x.code;
COMMENT ON VIEW api.rider_avoid_row IS 'Character tags riders avoid.';
