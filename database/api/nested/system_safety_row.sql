CREATE VIEW api.system_safety_row AS
SELECT x.id, x.emergency_number, x.phone_coverage, x.nearest_hospital, x.bail_out_points, x.water
FROM wiki.system x;
COMMENT ON VIEW api.system_safety_row IS 'What to know of a system when something goes wrong.';
