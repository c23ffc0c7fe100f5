CREATE FUNCTION wiki.create_entity(actor jsonb, rider uuid, kind text, input jsonb) RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  import CONSTANT boolean := coalesce(actor ->> 'mode' = 'IMPORT', false);
  wanted CONSTANT text := nullif(input ->> 'slug', '');
  e wiki.entity;
  subject wiki.entity;
BEGIN
  e.id := coalesce((nullif(input ->> 'id', ''))::uuid, gen_random_uuid());
  e.kind := create_entity.kind;
  e.state := 'PUBLISHED';
  e.visibility := coalesce(input ->> 'visibility', 'PUBLIC');
  e.version := 0;
  e.original_lang := coalesce(nullif(input ->> 'lang', ''), 'en');
  e.synthetic := import AND coalesce((input ->> 'synthetic')::boolean, false);
  e.created_at := now();
  e.created_by := rider;
  e.updated_at := e.created_at;
  e.updated_by := rider;

  IF e.kind = 'RIDER' THEN
    PERFORM wiki.refuse('InvalidInput', 'A rider''s profile is made by his first contribution.');
  END IF;
  IF NOT wiki.may_change(actor, rider, e, 'create') THEN
    PERFORM wiki.refuse('Unauthorized', format('Only moderators can add %s.', wiki.a_kind(e.kind)));
  END IF;

  IF wiki.is_remark(e.kind) THEN
    -- Whether the subject takes it is wiki.check_new_remark's to say.
    -- Locked, so that nobody hides it meanwhile and misses this one.
    SELECT * INTO subject FROM wiki.entity x WHERE x.id = (input ->> 'subjectId')::uuid FOR SHARE;
    IF subject.state = 'ARCHIVED' THEN
      PERFORM wiki.refuse('Archived', format('What the %s is about was put away just now.', wiki.kind_name(e.kind)));
    END IF;
    -- What is said about an invented place is invented too.
    e.synthetic := coalesce(subject.synthetic, false);
    e.visibility := wiki.visibility_of_remark(subject);
  ELSIF coalesce(btrim(input ->> 'name'), '') = '' THEN
    PERFORM wiki.refuse('InvalidInput', 'name is required.', '{"field": "name"}');
  END IF;

  INSERT INTO wiki.entity (id, kind, state, visibility, version, original_lang, synthetic,
    created_at, created_by, updated_at, updated_by)
  VALUES (e.id, e.kind, e.state, e.visibility, e.version, e.original_lang, e.synthetic,
    e.created_at, e.created_by, e.updated_at, e.updated_by)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', format('The id %s is in use already.', e.id), jsonb_build_object('field', 'id'));
  END IF;

  IF NOT wiki.is_remark(e.kind) THEN
    IF wanted IS NULL THEN
      PERFORM wiki.add_slug(e.kind, e.id, e.original_lang, input ->> 'name');
    ELSE
      -- A slug asked for by name is given or refused, never altered.
      INSERT INTO wiki.slug (kind, lang, slug, entity_id)
      VALUES (e.kind, e.original_lang, wanted, e.id)
      ON CONFLICT ON CONSTRAINT slug_pkey DO NOTHING;
      IF NOT FOUND THEN
        PERFORM wiki.refuse('Conflict', format('The slug %s is in use already.', wanted), jsonb_build_object('field', 'slug'));
      END IF;
    END IF;
  END IF;
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.create_entity(jsonb, uuid, text, jsonb) IS 'Makes an entity''s row and its slug, once the rider may; the row of its kind and the revision are the caller''s to add. An id or slug in use is refused.';
