-- What is about something is about what its author can see; what is hidden stays hidden.
CREATE FUNCTION wiki.check_new_remark(actor jsonb, input jsonb, what text,
  kinds text[] DEFAULT '{SYSTEM,TRAIL,ROUTE,ACCESS_POINT}') RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- As messages list them: a system, trail or route; kinds null: any page.
  list CONSTANT text := CASE WHEN kinds IS NULL THEN 'page' ELSE (SELECT regexp_replace(string_agg(replace(lower(k), '_', ' '), ', ' ORDER BY n), ', ([^,]+)$', ' or \1') FROM unnest(kinds) WITH ORDINALITY AS x (k, n)) END;
  subject wiki.entity;
BEGIN
  SELECT * INTO subject FROM wiki.entity e WHERE e.id = (input->>'subjectId')::uuid;
  IF subject.id IS NULL OR NOT api.can_read(actor, subject.state, subject.visibility, subject.created_by) THEN
    PERFORM wiki.refuse('NotFound', format('There is no %s with the id %s.', list, coalesce(input->>'subjectId', '(none)')));
  END IF;
  IF (kinds IS NULL AND (wiki.is_remark(subject.kind) OR subject.kind = 'RIDER')) OR subject.kind <> ALL (kinds) THEN
    PERFORM wiki.refuse('InvalidInput', format('A %s is about a %s, not %s.', what, list, wiki.a_kind(subject.kind)));
  END IF;
  IF subject.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', format('What the %s is about is archived.', what));
  END IF;
  IF subject.visibility NOT IN ('PUBLIC', 'PUBLIC_WITH_WARNING') AND NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', format('Only the name of this place is public; no %s is taken for it.', what));
  END IF;
END
$$;
COMMENT ON FUNCTION wiki.check_new_remark(jsonb, jsonb, text, text[]) IS 'Refuses a remark about what its author can''t see, or what takes none. kinds: those that take it; null: all pages.';
