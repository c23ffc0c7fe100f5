CREATE FUNCTION api.shown_line(entity uuid)
RETURNS TABLE (source text, attribution text, licence text, point_count integer, simplified jsonb, breaks integer[])
LANGUAGE sql STABLE
AS $$
  SELECT r.source, r.attribution, r.licence, r.point_count, r.simplified, r.breaks
  FROM api.entity_line_row r
  WHERE r.entity_id = shown_line.entity
  ORDER BY r.source NULLS FIRST
  LIMIT 1
$$;
COMMENT ON FUNCTION api.shown_line(uuid) IS 'Short form of the one line that maps draw of an entity: the wiki''s own, else that of the first source of open data. The caller applies api.sees_place.';
