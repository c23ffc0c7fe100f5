CREATE VIEW api.protection_row AS
SELECT p.id, p.entity_id, p.until, p.reason, p.protected_by, p.protected_at, p.lifted_at, p.lifted_by
FROM wiki.protection p;
COMMENT ON VIEW api.protection_row IS 'Protections of pages, whoever asks: reads go through api.protection_list.';
