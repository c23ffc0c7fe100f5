CREATE FUNCTION wiki.writer(actor jsonb) RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  import CONSTANT boolean := coalesce(actor ->> 'mode' = 'IMPORT', false);
  rider CONSTANT uuid := CASE
    WHEN import THEN md5('mtbwiki import')::uuid
    WHEN actor ->> 'mode' = 'USER' THEN api.rider_id(actor)
  END;
  username text := btrim(actor ->> 'username');
  name text;
  p wiki.person;
BEGIN
  IF rider IS NULL THEN
    PERFORM wiki.refuse('Unauthorized', 'Sign in to contribute.');
  END IF;

  SELECT * INTO p FROM wiki.person x WHERE x.rider_id = rider;
  IF FOUND THEN
    IF p.blocked_until > now() THEN
      PERFORM wiki.refuse('Blocked',
        format('You can''t contribute until %s: %s',
          to_char(p.blocked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
          coalesce(p.blocked_reason, 'no reason was recorded.')),
        jsonb_build_object('until', to_char(p.blocked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
          'reason', p.blocked_reason));
    END IF;
    RETURN rider;
  END IF;
  IF import AND EXISTS (SELECT FROM wiki.rider r WHERE r.id = rider) THEN
    RETURN rider;
  END IF;

  -- First write. Two may come at once: whoever is second waits for the first
  -- and finds the row there.
  INSERT INTO wiki.entity (id, kind) VALUES (rider, 'RIDER') ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN
    -- A user name that is an address or a pool's random id is not for others.
    name := CASE
      WHEN import THEN 'MTB Wiki import'
      WHEN length(username) BETWEEN 1 AND 60 AND username !~ '@' AND username !~* '^[0-9a-f]{8}-[0-9a-f-]{27}$' THEN username
      ELSE 'Rider ' || left(rider::text, 6)
    END;
    INSERT INTO wiki.rider (id, name) VALUES (rider, name);
    UPDATE wiki.entity SET created_by = rider, updated_by = rider WHERE id = rider;
    PERFORM wiki.add_slug('RIDER', rider, 'en', name);
  END IF;
  IF NOT import THEN
    INSERT INTO wiki.person (rider_id, subject, username)
    VALUES (rider, actor ->> 'sub', left(username, 200))
    ON CONFLICT (rider_id) DO NOTHING;
  END IF;
  IF name IS NOT NULL THEN
    PERFORM wiki.record_change(actor, rider, rider, CASE WHEN import THEN 'IMPORT' ELSE 'CREATE' END, 'en', NULL);
  END IF;
  RETURN rider;
END
$$;
COMMENT ON FUNCTION wiki.writer(jsonb) IS 'The rider who writes; his rows are made at his first write. Refuses callers who have not signed in and riders who are blocked.';
