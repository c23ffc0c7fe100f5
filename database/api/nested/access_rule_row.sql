CREATE VIEW api.access_rule_row AS
SELECT x.entity_id, x.position, x.bike_class::text AS bike_class, x.verdict::text AS verdict, x.months, x.weekdays, x.hours,
  x.when_wet, x.legal_basis, x.source, x.dated
FROM wiki.access_rule x;
COMMENT ON VIEW api.access_rule_row IS 'Access rules.';
