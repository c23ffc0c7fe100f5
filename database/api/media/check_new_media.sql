CREATE FUNCTION wiki.check_new_media(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM wiki.check_new_remark(actor, input, 'photo or film', '{SYSTEM,TRAIL,ROUTE}');
  IF EXISTS (
    SELECT
    FROM wiki.media m
    JOIN wiki.entity e ON e.id = m.id
    WHERE m.subject_id = (input->>'subjectId')::uuid AND m.url = btrim(input->>'url')
      AND e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by))
  THEN
    PERFORM wiki.refuse('InvalidInput', 'This link is here already.', '{"field": "url"}');
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_media(jsonb, jsonb) IS 'Refuses a photo or film of what its author can''t see, or what takes none, and a link that is there.';
