CREATE VIEW api.perceived_rating_row AS
SELECT p.ride_id, p.axis::text AS axis, p.category, p.posted_labels, p.label_seen::text AS label_seen, p.question_version, p.rated_at
FROM wiki.perceived_rating p;
COMMENT ON VIEW api.perceived_rating_row IS 'How hard riders found trails; for api.ride_nodes and api.trail_ratings.';
