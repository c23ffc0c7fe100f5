CREATE VIEW api.system_hazard_row AS
SELECT x.system_id, x.hazard::text AS hazard, x.months, x.note
FROM wiki.system_hazard x;
COMMENT ON VIEW api.system_hazard_row IS 'Hazards of systems.';
