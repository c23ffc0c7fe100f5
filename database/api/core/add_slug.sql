CREATE FUNCTION wiki.add_slug(kind text, id uuid, lang text, name text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  base CONSTANT text := coalesce(nullif(wiki.make_slug(name), ''), lower(kind) || '-' || left(id::text, 8));
  candidate text := base;
  n integer := 1;
BEGIN
  LOOP
    -- Waits for another transaction that is just taking the same slug.
    INSERT INTO wiki.slug (kind, lang, slug, entity_id)
    VALUES (add_slug.kind, add_slug.lang, candidate, add_slug.id)
    ON CONFLICT ON CONSTRAINT slug_pkey DO NOTHING;
    IF FOUND THEN
      RETURN candidate;
    END IF;
    n := n + 1;
    IF n <= 20 THEN
      candidate := base || '-' || n;
    ELSIF n = 21 THEN
      candidate := base || '-' || left(id::text, 8);
    ELSE
      candidate := base || '-' || left(replace(gen_random_uuid()::text, '-', ''), 12);
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION wiki.add_slug(text, uuid, text, text) IS 'Gives an entity a slug made from its name, unique within kind and language: name, name-2, name-3...';
