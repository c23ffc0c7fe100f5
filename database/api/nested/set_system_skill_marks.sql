CREATE FUNCTION wiki.set_system_skill_marks(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('skillMarks', value, 4, '{"skill": "string!", "mark": "integer!"}');
BEGIN
  DELETE FROM wiki.system_skill_mark x WHERE x.system_id = set_system_skill_marks.id;
  INSERT INTO wiki.system_skill_mark (system_id, skill, mark)
  SELECT set_system_skill_marks.id, v.skill, v.mark
  FROM jsonb_to_recordset(items) AS v (skill wiki.skill_level, mark integer);
END
$$;
COMMENT ON FUNCTION wiki.set_system_skill_marks(uuid, jsonb) IS 'Replaces the marks of a system by skill level.';
