CREATE FUNCTION wiki.recorded_facts(kind text, id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  -- A line itself is too big for every revision; its fingerprint isn't.
  SELECT wiki.facts_of(recorded_facts.kind, recorded_facts.id) || CASE WHEN recorded_facts.kind = 'TRAIL'
    THEN jsonb_strip_nulls(jsonb_build_object('line', wiki.get_trail_line(recorded_facts.id))) ELSE '{}' END
$$;
COMMENT ON FUNCTION wiki.recorded_facts(text, uuid) IS 'Facts of an entity as its revisions keep them: with the fingerprint of a trail''s line.';
