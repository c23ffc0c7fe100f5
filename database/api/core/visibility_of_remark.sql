CREATE FUNCTION wiki.visibility_of_remark(subject wiki.entity) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN subject.visibility IN ('NAME_ONLY', 'HIDDEN') THEN 'HIDDEN' ELSE 'PUBLIC' END
$$;
COMMENT ON FUNCTION wiki.visibility_of_remark(wiki.entity) IS 'Who may read remarks about an entity: of a place that isn''t shown, they would tell.';
