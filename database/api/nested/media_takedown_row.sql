CREATE VIEW api.media_takedown_row AS
SELECT t.media_id, t.reason, t.decided_at
FROM wiki.media_takedown t;
COMMENT ON VIEW api.media_takedown_row IS 'Why photos and films were taken down, or what was asked, whoever reads: api.media_takedown tells moderators alone.';
