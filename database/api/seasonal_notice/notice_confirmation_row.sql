CREATE VIEW api.notice_confirmation_row AS
SELECT c.notice_id, c.rider_id, c.confirmed_at
FROM wiki.notice_confirmation c
JOIN wiki.entity e ON e.id = c.notice_id
WHERE c.confirmed_at >= e.updated_at;
COMMENT ON VIEW api.notice_confirmation_row IS 'Who found a notice still true as it stands now.';
