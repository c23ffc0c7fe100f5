CREATE FUNCTION wiki.check_new_comment(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  answered wiki.comment;
  e wiki.entity;
BEGIN
  PERFORM wiki.check_new_remark(actor, input, 'comment', NULL);
  IF coalesce(input->>'replyToId', '') = '' THEN
    RETURN;
  END IF;
  SELECT * INTO answered FROM wiki.comment c WHERE c.id = (input->>'replyToId')::uuid AND c.subject_id = (input->>'subjectId')::uuid;
  -- One reply at a time, so that the limit holds.
  SELECT * INTO e FROM wiki.entity x WHERE x.id = answered.id FOR NO KEY UPDATE;
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', 'The comment that you answer was taken away.');
  END IF;
  IF e.id IS NULL OR NOT api.can_read(actor, e.state, e.visibility, e.created_by) THEN
    PERFORM wiki.refuse('NotFound', 'There is no such comment on this page to answer.');
  END IF;
  IF answered.reply_to_id IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'This comment is a reply itself; answer the comment that begins the thread.', '{"field": "replyToId"}');
  END IF;
  IF (SELECT count(*) FROM wiki.comment c WHERE c.reply_to_id = answered.id) >= 40 THEN
    PERFORM wiki.refuse('TooMuch', 'This comment has 40 replies already. Begin a new thread.');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_comment(jsonb, jsonb) IS 'Refuses a comment about what its author can''t see or what takes none, and a reply to what can''t be answered.';
