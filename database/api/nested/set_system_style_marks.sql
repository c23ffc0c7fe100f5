CREATE FUNCTION wiki.set_system_style_marks(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('styleMarks', value, 5, '{"style": "string!", "mark": "integer!"}');
BEGIN
  DELETE FROM wiki.system_style_mark x WHERE x.system_id = set_system_style_marks.id;
  INSERT INTO wiki.system_style_mark (system_id, style, mark)
  SELECT set_system_style_marks.id, v.style, v.mark
  FROM jsonb_to_recordset(items) AS v (style wiki.riding_style, mark integer);
END
$$;
COMMENT ON FUNCTION wiki.set_system_style_marks(uuid, jsonb) IS 'Replaces the marks of a system by riding style.';
