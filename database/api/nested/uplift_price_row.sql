CREATE VIEW api.uplift_price_row AS
SELECT x.uplift_id, x.position, x.title, x.amount, x.currency
FROM wiki.uplift_price x;
COMMENT ON VIEW api.uplift_price_row IS 'What uplifts cost.';
