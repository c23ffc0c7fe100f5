-- What is about something is about what its author can see; what is hidden stays hidden.
CREATE FUNCTION wiki.check_new_remark(actor jsonb, input jsonb, what text, any_page boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  takers CONSTANT text := CASE WHEN any_page THEN 'page' ELSE 'system, trail, route or access point' END;
  subject wiki.entity;
BEGIN
  SELECT * INTO subject FROM wiki.entity e WHERE e.id = (input->>'subjectId')::uuid;
  IF subject.id IS NULL OR NOT api.can_read(actor, subject.state, subject.visibility, subject.created_by) THEN
    PERFORM wiki.refuse('NotFound', format('There is no %s with the id %s.', takers, coalesce(input->>'subjectId', '(none)')));
  END IF;
  IF (any_page AND (wiki.is_remark(subject.kind) OR subject.kind = 'RIDER')) OR (NOT any_page AND subject.kind NOT IN ('SYSTEM', 'TRAIL', 'ROUTE', 'ACCESS_POINT')) THEN
    PERFORM wiki.refuse('InvalidInput', format('A %s is about a %s, not %s.', what, takers, wiki.a_kind(subject.kind)));
  END IF;
  IF subject.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', format('What the %s is about is archived.', what));
  END IF;
  IF subject.visibility NOT IN ('PUBLIC', 'PUBLIC_WITH_WARNING') AND NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', format('Only the name of this place is public; no %ss are taken for it.', what));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_remark(jsonb, jsonb, text, boolean) IS 'Refuses a tip, notice or comment about what its author can''t see, or what takes none: comments (any_page) are taken by all pages, the others by systems, trails, routes and access points.';
