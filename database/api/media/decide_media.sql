-- Only moderators come here (the schema says so, and this does). No version is named: what
-- was asked of it holds for whatever it says now.
CREATE FUNCTION wiki.decide_media(actor jsonb, input jsonb, decision text) RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider CONSTANT uuid := wiki.writer(actor);
  why CONSTANT text := coalesce(btrim(input->>'reason'), '');
  e wiki.entity;
BEGIN
  IF NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', 'Only moderators decide what is taken down.');
  END IF;
  IF length(why) NOT BETWEEN 3 AND 500 THEN
    PERFORM wiki.refuse('InvalidInput', 'Say why, in 3 to 500 characters.', '{"field": "reason"}');
  END IF;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = (input->>'id')::uuid AND x.kind = 'MEDIA' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'There is no such photo or film.');
  END IF;
  IF decision <> 'putBack' THEN
    IF e.state = 'TAKEN_DOWN' THEN
      PERFORM wiki.refuse('InvalidInput', 'It was taken down already.');
    END IF;
    INSERT INTO wiki.media_takedown AS t (media_id, reason, decided_by)
    VALUES (e.id, why, rider)
    ON CONFLICT (media_id) DO UPDATE SET reason = EXCLUDED.reason, decided_by = EXCLUDED.decided_by, decided_at = now();
    IF decision = 'takeDown' THEN
      UPDATE wiki.entity x SET state = 'TAKEN_DOWN' WHERE x.id = e.id RETURNING * INTO e;
    END IF;
  ELSE
    DELETE FROM wiki.media_takedown t WHERE t.media_id = e.id;
    IF NOT FOUND THEN
      PERFORM wiki.refuse('InvalidInput', 'Nobody asked for it to be taken down, and it wasn''t.');
    END IF;
    IF e.state = 'TAKEN_DOWN' THEN
      -- What had been put away before stays away.
      UPDATE wiki.entity x SET state = coalesce((
        SELECT CASE r.kind WHEN 'ARCHIVE' THEN 'ARCHIVED' END
        FROM wiki.revision r
        WHERE r.entity_id = e.id AND r.kind IN ('ARCHIVE', 'RESTORE')
        ORDER BY r.number DESC
        LIMIT 1), 'PUBLISHED')
      WHERE x.id = e.id
      RETURNING * INTO e;
    END IF;
  END IF;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'media.' || CASE decision WHEN 'putBack' THEN 'put_back' WHEN 'takeDown' THEN 'take_down' ELSE 'note_request' END, e.id,
    jsonb_build_object('reason', why));
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.decide_media(jsonb, jsonb, text) IS 'A moderator''s decision on a photo or film: note (somebody asked), takeDown, putBack. Recorded in the journal with its reason.';
