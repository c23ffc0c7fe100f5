CREATE VIEW api.discussion_comment_row AS
SELECT c.id, c.subject_id, coalesce(c.reply_to_id, c.id) AS thread_id, c.reply_to_id IS NOT NULL AS reply, c.lang::text AS lang, c.body,
  e.state::text AS state, e.version, e.visibility::text AS visibility, e.synthetic, e.created_at, e.created_by,
  e.updated_by IS NOT DISTINCT FROM e.created_by AS changed_by_author
FROM wiki.comment c
JOIN wiki.entity e ON e.id = c.id;
COMMENT ON VIEW api.discussion_comment_row IS 'Comments with the thread that they belong to, whoever asks: reads go through api.discussion_threads and api.discussion_page.';
