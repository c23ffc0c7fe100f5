-- Rules that are data, the parents of systems, and messages of constraints that
-- had none.

-- +goose Up
INSERT INTO wiki.setting (name, value, description) VALUES
  ('discovery.weights', '{"style": 30, "skill": 25, "season": 25, "fit": 10, "evidence": 10}',
   'Points that each part of a discovery score can give; they add up to 100.'),
  ('proposals.waiting', '5', 'How many proposals of one rider may wait at once.');

COMMENT ON CONSTRAINT fact_basis_field_check ON wiki.fact_basis IS 'A basis names a field of the schema, or * for all others.';
COMMENT ON CONSTRAINT fact_basis_source_check ON wiki.fact_basis IS 'A source has at most 200 characters.';
COMMENT ON CONSTRAINT fact_basis_url_check ON wiki.fact_basis IS 'A source''s address begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT fact_basis_licence_check ON wiki.fact_basis IS 'A licence is a short identifier of at most 60 characters.';
COMMENT ON CONSTRAINT fact_basis_pkey ON wiki.fact_basis IS 'Each field has one basis.';
COMMENT ON CONSTRAINT system_style_mark_pkey ON wiki.system_style_mark IS 'Each riding style has one mark.';
COMMENT ON CONSTRAINT system_skill_mark_pkey ON wiki.system_skill_mark IS 'Each skill level has one mark.';
COMMENT ON CONSTRAINT system_hazard_pkey ON wiki.system_hazard IS 'Each hazard stands there once.';
COMMENT ON CONSTRAINT local_grading_pkey ON wiki.local_grading IS 'Each axis has one local grading.';
COMMENT ON CONSTRAINT trail_axis_pkey ON wiki.trail_axis IS 'Each axis stands once in a profile.';
COMMENT ON CONSTRAINT external_id_pkey ON wiki.external_id IS 'The same id elsewhere is there twice.';
COMMENT ON CONSTRAINT system_parent_id_fkey ON wiki.system IS 'parentId: there is no such trail system.';
COMMENT ON INDEX wiki.season_month_once IS 'Each month has one verdict.';

-- +goose StatementBegin
CREATE FUNCTION wiki.check_system_parent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  above integer;
  below integer;
BEGIN
  IF NEW.parent_id IS NULL THEN
    RETURN NULL;
  END IF;
  -- Two changes, each fine alone, could make a circle together: one at a time.
  PERFORM pg_advisory_xact_lock(hashtext('mtbwiki system parents'));
  WITH RECURSIVE up (id, parent_id, level) AS (
    SELECT s.id, s.parent_id, 1 FROM wiki.system s WHERE s.id = NEW.parent_id
    UNION ALL
    SELECT s.id, s.parent_id, up.level + 1 FROM up JOIN wiki.system s ON s.id = up.parent_id WHERE up.level < 4
  )
  SELECT CASE WHEN bool_or(up.id = NEW.id) THEN -1 ELSE max(up.level) END INTO above FROM up;
  IF above = -1 THEN
    RAISE EXCEPTION USING ERRCODE = 'MW000', HINT = 'InvalidInput', DETAIL = '{"field": "parentId"}',
      MESSAGE = 'parentId: that system is itself part of this one.';
  END IF;
  WITH RECURSIVE down (id, level) AS (
    SELECT NEW.id, 1
    UNION ALL
    SELECT s.id, down.level + 1 FROM down JOIN wiki.system s ON s.parent_id = down.id WHERE down.level < 4
  )
  SELECT max(down.level) INTO below FROM down;
  IF above + below > 3 THEN
    RAISE EXCEPTION USING ERRCODE = 'MW000', HINT = 'InvalidInput', DETAIL = '{"field": "parentId"}',
      MESSAGE = 'parentId: systems are part of one another in at most three levels.';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.check_system_parent() IS 'Keeps the systems a forest of at most three levels. Refuses as wiki.refuse does.';
CREATE TRIGGER system_parent_levels AFTER INSERT OR UPDATE OF parent_id ON wiki.system
  FOR EACH ROW EXECUTE FUNCTION wiki.check_system_parent();

-- +goose Down
DROP TRIGGER system_parent_levels ON wiki.system;
DROP FUNCTION wiki.check_system_parent();
COMMENT ON INDEX wiki.season_month_once IS NULL;
COMMENT ON CONSTRAINT system_parent_id_fkey ON wiki.system IS NULL;
COMMENT ON CONSTRAINT external_id_pkey ON wiki.external_id IS NULL;
COMMENT ON CONSTRAINT trail_axis_pkey ON wiki.trail_axis IS NULL;
COMMENT ON CONSTRAINT local_grading_pkey ON wiki.local_grading IS NULL;
COMMENT ON CONSTRAINT system_hazard_pkey ON wiki.system_hazard IS NULL;
COMMENT ON CONSTRAINT system_skill_mark_pkey ON wiki.system_skill_mark IS NULL;
COMMENT ON CONSTRAINT system_style_mark_pkey ON wiki.system_style_mark IS NULL;
COMMENT ON CONSTRAINT fact_basis_pkey ON wiki.fact_basis IS NULL;
COMMENT ON CONSTRAINT fact_basis_licence_check ON wiki.fact_basis IS NULL;
COMMENT ON CONSTRAINT fact_basis_url_check ON wiki.fact_basis IS NULL;
COMMENT ON CONSTRAINT fact_basis_source_check ON wiki.fact_basis IS NULL;
COMMENT ON CONSTRAINT fact_basis_field_check ON wiki.fact_basis IS NULL;
DELETE FROM wiki.setting WHERE name IN ('discovery.weights', 'proposals.waiting');
