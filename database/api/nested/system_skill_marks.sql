CREATE FUNCTION api.system_skill_marks(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('skill', x.skill, 'mark', x.mark) ORDER BY array_position(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'], x.skill)), '[]')
  FROM api.system_skill_mark_row x
  WHERE x.system_id = system_skill_marks.id
$$;
COMMENT ON FUNCTION api.system_skill_marks(uuid, text, jsonb) IS 'Marks of a system by skill level.';
