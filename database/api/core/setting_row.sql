CREATE VIEW api.setting_row AS
SELECT s.name, s.value, s.description FROM wiki.setting s;
COMMENT ON VIEW api.setting_row IS 'Rules that are data.';
