CREATE VIEW api.system_skill_mark_row AS
SELECT x.system_id, x.skill::text AS skill, x.mark
FROM wiki.system_skill_mark x;
COMMENT ON VIEW api.system_skill_mark_row IS 'Marks of systems by skill.';
