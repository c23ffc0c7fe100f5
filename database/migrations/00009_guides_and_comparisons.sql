-- Guides, and regional comparisons.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON'));
CREATE DOMAIN wiki.guide_type AS text CHECK (VALUE IN ('SYSTEM_OVERVIEW', 'ROUTE_GUIDE', 'SKILLS_PROGRESSION', 'SEASONAL_GUIDE', 'VISITOR_PRIMER'));
COMMENT ON DOMAIN wiki.guide_type IS 'What a guide is for.';

CREATE TABLE wiki.guide (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('GUIDE') STORED,
  name text NOT NULL,
  type wiki.guide_type NOT NULL,
  skill wiki.skill_level,
  verified_on date,
  status wiki.article_status NOT NULL DEFAULT 'STUB',
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT guide_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT guide_verified_on CHECK (verified_on BETWEEN '2000-01-01' AND '2200-01-01')
);
COMMENT ON TABLE wiki.guide IS 'Articles for people who plan a trip or want to learn something.';
COMMENT ON COLUMN wiki.guide.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT guide_name_length ON wiki.guide IS 'A title has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT guide_verified_on ON wiki.guide IS 'The day of the last check is out of range.';

CREATE TABLE wiki.guide_text (
  id uuid NOT NULL REFERENCES wiki.guide ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  title text,
  summary text,
  sections jsonb,
  key_takeaways jsonb,
  PRIMARY KEY (id, lang),
  CONSTRAINT guide_title_length CHECK (length(title) <= 120),
  CONSTRAINT guide_summary_length CHECK (length(summary) <= 500),
  CONSTRAINT guide_sections_list CHECK (jsonb_typeof(sections) = 'array' AND jsonb_array_length(sections) <= 20 AND octet_length(sections::text) <= 30000),
  CONSTRAINT guide_section_heading CHECK (NOT jsonb_path_exists(sections, '$[*] ? (!(@.heading like_regex "^\\S(.{0,118}\\S)?$"))')),
  CONSTRAINT guide_section_body CHECK (NOT jsonb_path_exists(sections, '$[*] ? (!(@.body like_regex "\\S"))')),
  CONSTRAINT guide_takeaways_list CHECK (jsonb_typeof(key_takeaways) = 'array' AND jsonb_array_length(key_takeaways) <= 10
    AND NOT jsonb_path_exists(key_takeaways, '$[*] ? (!(@ like_regex "^\\S(.{0,238}\\S)?$"))'))
);
COMMENT ON TABLE wiki.guide_text IS 'Texts of guides by language.';
COMMENT ON COLUMN wiki.guide_text.id IS 'The guide.';
COMMENT ON COLUMN wiki.guide_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT guide_title_length ON wiki.guide_text IS 'A title has at most 120 characters.';
COMMENT ON CONSTRAINT guide_summary_length ON wiki.guide_text IS 'A summary has at most 500 characters.';
COMMENT ON CONSTRAINT guide_sections_list ON wiki.guide_text IS 'A guide has at most 20 sections, and all together at most 30,000 bytes; make a second guide of what is longer.';
COMMENT ON CONSTRAINT guide_section_heading ON wiki.guide_text IS 'A section''s heading has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT guide_section_body ON wiki.guide_text IS 'A section says something below its heading.';
COMMENT ON CONSTRAINT guide_takeaways_list ON wiki.guide_text IS 'There are at most 10 key takeaways; each has 1 to 240 characters and no spaces around it.';

CREATE TABLE wiki.guide_region (
  guide_id uuid NOT NULL REFERENCES wiki.guide ON DELETE CASCADE,
  region_id uuid NOT NULL REFERENCES wiki.region,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (guide_id, region_id),
  UNIQUE (guide_id, position)
);
COMMENT ON TABLE wiki.guide_region IS 'Regions that a guide is about.';
CREATE INDEX guide_region_region ON wiki.guide_region (region_id, guide_id);

CREATE TABLE wiki.guide_system (
  guide_id uuid NOT NULL REFERENCES wiki.guide ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (guide_id, system_id),
  UNIQUE (guide_id, position)
);
COMMENT ON TABLE wiki.guide_system IS 'Systems that a guide speaks of.';
CREATE INDEX guide_system_system ON wiki.guide_system (system_id, guide_id);

CREATE TABLE wiki.guide_route (
  guide_id uuid NOT NULL REFERENCES wiki.guide ON DELETE CASCADE,
  route_id uuid NOT NULL REFERENCES wiki.route,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (guide_id, route_id),
  UNIQUE (guide_id, position)
);
COMMENT ON TABLE wiki.guide_route IS 'Routes that a guide speaks of, in its order.';
CREATE INDEX guide_route_route ON wiki.guide_route (route_id, guide_id);

CREATE TABLE wiki.regional_comparison (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('REGIONAL_COMPARISON') STORED,
  name text NOT NULL,
  verified_on date,
  status wiki.article_status NOT NULL DEFAULT 'STUB',
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT regional_comparison_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT regional_comparison_verified_on CHECK (verified_on BETWEEN '2000-01-01' AND '2200-01-01')
);
COMMENT ON TABLE wiki.regional_comparison IS 'Two regions compared, for riders who know the first and travel to the second.';
COMMENT ON COLUMN wiki.regional_comparison.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT regional_comparison_name_length ON wiki.regional_comparison IS 'A title has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT regional_comparison_verified_on ON wiki.regional_comparison IS 'The day of the last check is out of range.';

CREATE TABLE wiki.regional_comparison_text (
  id uuid NOT NULL REFERENCES wiki.regional_comparison ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  title text,
  summary text,
  differences jsonb,
  equivalents jsonb,
  PRIMARY KEY (id, lang),
  CONSTRAINT regional_comparison_title_length CHECK (length(title) <= 120),
  CONSTRAINT regional_comparison_summary_length CHECK (length(summary) <= 500),
  CONSTRAINT regional_comparison_lists CHECK (jsonb_typeof(differences) = 'array' AND jsonb_array_length(differences) <= 20 AND octet_length(differences::text) <= 12000
    AND jsonb_typeof(equivalents) = 'array' AND jsonb_array_length(equivalents) <= 30 AND octet_length(equivalents::text) <= 12000),
  CONSTRAINT regional_comparison_category CHECK (NOT jsonb_path_exists(differences, '$[*] ? (!(@.category like_regex "^(GRADING|TERRAIN|SURFACE|WEATHER|SEASON|ACCESS|UPLIFT|SAFETY|CULTURE|OTHER)$"))')),
  CONSTRAINT regional_comparison_words CHECK (NOT jsonb_path_exists(differences, '$[*] ? (!(@.text like_regex "\\S"))')
    AND NOT jsonb_path_exists(equivalents, '$[*] ? (!(@.here like_regex "\\S" && @.there like_regex "\\S"))'))
);
COMMENT ON TABLE wiki.regional_comparison_text IS 'Texts of regional comparisons by language.';
COMMENT ON COLUMN wiki.regional_comparison_text.id IS 'The comparison.';
COMMENT ON COLUMN wiki.regional_comparison_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT regional_comparison_title_length ON wiki.regional_comparison_text IS 'A title has at most 120 characters.';
COMMENT ON CONSTRAINT regional_comparison_summary_length ON wiki.regional_comparison_text IS 'A summary has at most 500 characters.';
COMMENT ON CONSTRAINT regional_comparison_lists ON wiki.regional_comparison_text IS 'There are at most 20 differences and 30 equivalents; each list has at most 12,000 bytes.';
COMMENT ON CONSTRAINT regional_comparison_category ON wiki.regional_comparison_text IS 'A difference is of one of the schema''s categories.';
COMMENT ON CONSTRAINT regional_comparison_words ON wiki.regional_comparison_text IS 'A difference has a text; an equivalent says what it is here and what it is there.';

CREATE TABLE wiki.regional_comparison_region (
  regional_comparison_id uuid NOT NULL REFERENCES wiki.regional_comparison ON DELETE CASCADE,
  region_id uuid NOT NULL REFERENCES wiki.region,
  position integer NOT NULL CHECK (position IN (1, 2)),
  PRIMARY KEY (regional_comparison_id, region_id),
  UNIQUE (regional_comparison_id, position)
);
COMMENT ON TABLE wiki.regional_comparison_region IS 'The two regions of a comparison: 1 is the one the reader knows.';
CREATE INDEX regional_comparison_region_region ON wiki.regional_comparison_region (region_id, regional_comparison_id);

-- +goose Down
DROP TABLE wiki.regional_comparison_region, wiki.regional_comparison_text, wiki.regional_comparison,
  wiki.guide_route, wiki.guide_system, wiki.guide_region, wiki.guide_text, wiki.guide CASCADE;
DROP DOMAIN wiki.guide_type;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind IN ('GUIDE', 'REGIONAL_COMPARISON');
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind IN ('GUIDE', 'REGIONAL_COMPARISON');
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind IN ('GUIDE', 'REGIONAL_COMPARISON');
DELETE FROM wiki.revision WHERE entity_kind IN ('GUIDE', 'REGIONAL_COMPARISON');
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind IN ('GUIDE', 'REGIONAL_COMPARISON');
DELETE FROM wiki.outbox WHERE entity_kind IN ('GUIDE', 'REGIONAL_COMPARISON');
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER'));
