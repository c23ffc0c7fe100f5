CREATE FUNCTION wiki.tip_visibility(subject wiki.entity) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN subject.visibility IN ('NAME_ONLY', 'HIDDEN') THEN 'HIDDEN' ELSE 'PUBLIC' END
$$;
COMMENT ON FUNCTION wiki.tip_visibility(wiki.entity) IS 'Who may read the tips about an entity: of a place that isn''t shown, they would tell.';
