-- after: comment/discussion_comment_row.sql, core/entity_row.sql
CREATE FUNCTION api.discussion_threads(actor jsonb, subject uuid)
RETURNS TABLE (id uuid, last_at timestamptz)
LANGUAGE sql STABLE
AS $$
  SELECT c.thread_id, max(c.created_at)
  FROM api.discussion_comment_row c
  JOIN api.entity_row s ON s.id = c.subject_id
  WHERE c.subject_id = subject AND c.state = 'PUBLISHED'
    AND api.can_read(actor, s.state, s.visibility, s.created_by) AND api.can_read(actor, c.state, c.visibility, c.created_by)
  GROUP BY c.thread_id
$$;
COMMENT ON FUNCTION api.discussion_threads(jsonb, uuid) IS 'Threads of a page''s discussion in which something stands that the caller may read, and when the last of it was written.';
