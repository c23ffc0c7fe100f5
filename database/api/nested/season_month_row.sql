CREATE VIEW api.season_month_row AS
SELECT x.entity_id, x.zone_id, x.month::integer AS month, x.verdict::text AS verdict, x.reason, x.basis::text AS basis
FROM wiki.season_month x;
COMMENT ON VIEW api.season_month_row IS 'Verdicts by month.';
