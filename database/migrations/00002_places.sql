-- Regions and systems, and what several kinds of entities share: tags, access,
-- season, local grading, links.

-- +goose Up
CREATE DOMAIN wiki.system_kind AS text CHECK (VALUE IN ('BIKE_PARK', 'TRAIL_CENTRE', 'NETWORK', 'NATURAL_AREA', 'TOWN'));
COMMENT ON DOMAIN wiki.system_kind IS 'Kinds of riding areas.';
CREATE DOMAIN wiki.system_size AS text CHECK (VALUE IN ('LOCAL_GEM', 'WEEKEND_TRIP', 'DESTINATION', 'WORLD_CLASS'));
COMMENT ON DOMAIN wiki.system_size IS 'How far riders travel for a system.';
CREATE DOMAIN wiki.climbing_style AS text CHECK (VALUE IN ('SUSTAINED', 'PUNCHY', 'MIXED', 'LIFT_ASSISTED'));
COMMENT ON DOMAIN wiki.climbing_style IS 'What climbing is like in a system.';
CREATE DOMAIN wiki.hazard_kind AS text CHECK (VALUE IN ('HEAT', 'STORMS', 'SNOW', 'HUNTING', 'WILDLIFE', 'GUARD_DOGS', 'FIRE'));
COMMENT ON DOMAIN wiki.hazard_kind IS 'Hazards that come by month.';

CREATE TABLE wiki.region (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('REGION') STORED,
  name text NOT NULL,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  status wiki.article_status NOT NULL DEFAULT 'STUB',
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT region_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT region_position_whole CHECK ((position_lat IS NULL) = (position_lon IS NULL))
);
COMMENT ON TABLE wiki.region IS 'Riding regions.';
COMMENT ON COLUMN wiki.region.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT region_name_length ON wiki.region IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT region_position_whole ON wiki.region IS 'A position has both latitude and longitude.';

CREATE TABLE wiki.region_text (
  id uuid NOT NULL REFERENCES wiki.region ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  description text,
  climate text,
  grading_note text,
  PRIMARY KEY (id, lang),
  CONSTRAINT region_description_length CHECK (length(description) <= 8000),
  CONSTRAINT region_climate_length CHECK (length(climate) <= 2000),
  CONSTRAINT region_grading_note_length CHECK (length(grading_note) <= 2000)
);
COMMENT ON TABLE wiki.region_text IS 'Texts of regions by language.';
COMMENT ON COLUMN wiki.region_text.id IS 'The region.';
COMMENT ON COLUMN wiki.region_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT region_description_length ON wiki.region_text IS 'A description has at most 8,000 characters.';
COMMENT ON CONSTRAINT region_climate_length ON wiki.region_text IS 'The text on climate has at most 2,000 characters.';
COMMENT ON CONSTRAINT region_grading_note_length ON wiki.region_text IS 'The note on grading has at most 2,000 characters.';

CREATE TABLE wiki.region_country (
  region_id uuid NOT NULL REFERENCES wiki.region ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'country' CHECK (vocabulary = 'country'),
  code text NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (region_id, code),
  UNIQUE (region_id, position),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.region_country IS 'Countries a region lies in.';
CREATE INDEX region_country_code ON wiki.region_country (code);

CREATE TABLE wiki.system (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('SYSTEM') STORED,
  name text NOT NULL,
  local_name text,
  kind wiki.system_kind NOT NULL,
  parent_id uuid REFERENCES wiki.system,
  nearest_town text,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  size wiki.system_size,
  lowest_m integer,
  highest_m integer,
  climbing_style wiki.climbing_style,
  standing wiki.standing NOT NULL DEFAULT 'UNKNOWN',
  status wiki.article_status NOT NULL DEFAULT 'STUB',
  emergency_number text,
  phone_coverage text,
  nearest_hospital text,
  bail_out_points text,
  water text,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT system_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT system_local_name_length CHECK (length(local_name) BETWEEN 1 AND 120),
  CONSTRAINT system_not_its_own_parent CHECK (parent_id <> id),
  CONSTRAINT system_nearest_town_length CHECK (length(nearest_town) BETWEEN 1 AND 120),
  CONSTRAINT system_position_whole CHECK ((position_lat IS NULL) = (position_lon IS NULL)),
  CONSTRAINT system_elevation CHECK (lowest_m BETWEEN -450 AND 6500 AND highest_m BETWEEN -450 AND 6500 AND lowest_m <= highest_m),
  CONSTRAINT system_safety_length CHECK (
    length(emergency_number) <= 40 AND length(phone_coverage) <= 300 AND length(nearest_hospital) <= 300
    AND length(bail_out_points) <= 500 AND length(water) <= 300)
);
COMMENT ON TABLE wiki.system IS 'Riding areas.';
COMMENT ON COLUMN wiki.system.entity_kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON COLUMN wiki.system.emergency_number IS 'Whom to call, if not the usual number of the country.';
COMMENT ON COLUMN wiki.system.phone_coverage IS 'Where a phone works and where not.';
COMMENT ON COLUMN wiki.system.nearest_hospital IS 'Hospital with an emergency department.';
COMMENT ON COLUMN wiki.system.bail_out_points IS 'Where a ride can be cut short.';
COMMENT ON COLUMN wiki.system.water IS 'Where there is drinking water.';
COMMENT ON CONSTRAINT system_name_length ON wiki.system IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT system_local_name_length ON wiki.system IS 'A local name has 1 to 120 characters.';
COMMENT ON CONSTRAINT system_not_its_own_parent ON wiki.system IS 'A system can''t be part of itself.';
COMMENT ON CONSTRAINT system_nearest_town_length ON wiki.system IS 'The nearest town has 1 to 120 characters.';
COMMENT ON CONSTRAINT system_position_whole ON wiki.system IS 'A position has both latitude and longitude.';
COMMENT ON CONSTRAINT system_elevation ON wiki.system IS 'Elevations lie between -450 and 6,500 m, the lowest point below the highest.';
COMMENT ON CONSTRAINT system_safety_length ON wiki.system IS 'A safety note is too long: at most 40 characters for the number, 300 to 500 for the rest.';
CREATE INDEX system_position ON wiki.system USING gist (point(position_lon, position_lat));
CREATE INDEX system_parent ON wiki.system (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE wiki.system_text (
  id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  tagline text,
  character text,
  description text,
  weather_impact text,
  fees text,
  parking text,
  PRIMARY KEY (id, lang),
  CONSTRAINT system_tagline_length CHECK (length(tagline) <= 200),
  CONSTRAINT system_character_length CHECK (length(character) <= 4000),
  CONSTRAINT system_description_length CHECK (length(description) <= 8000),
  CONSTRAINT system_weather_length CHECK (length(weather_impact) <= 1000),
  CONSTRAINT system_fees_length CHECK (length(fees) <= 1000),
  CONSTRAINT system_parking_length CHECK (length(parking) <= 1000)
);
COMMENT ON TABLE wiki.system_text IS 'Texts of systems by language.';
COMMENT ON COLUMN wiki.system_text.id IS 'The system.';
COMMENT ON COLUMN wiki.system_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT system_tagline_length ON wiki.system_text IS 'The line that sums it up has at most 200 characters.';
COMMENT ON CONSTRAINT system_character_length ON wiki.system_text IS 'The text on character has at most 4,000 characters.';
COMMENT ON CONSTRAINT system_description_length ON wiki.system_text IS 'A description has at most 8,000 characters.';
COMMENT ON CONSTRAINT system_weather_length ON wiki.system_text IS 'The text on weather has at most 1,000 characters.';
COMMENT ON CONSTRAINT system_fees_length ON wiki.system_text IS 'The text on fees has at most 1,000 characters.';
COMMENT ON CONSTRAINT system_parking_length ON wiki.system_text IS 'The text on parking has at most 1,000 characters.';

CREATE TABLE wiki.system_region (
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  region_id uuid NOT NULL REFERENCES wiki.region,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (system_id, region_id),
  UNIQUE (system_id, position)
);
COMMENT ON TABLE wiki.system_region IS 'Regions of a system; position 1 is the primary one.';
CREATE INDEX system_region_region ON wiki.system_region (region_id, system_id);

CREATE TABLE wiki.system_subdivision (
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'subdivision' CHECK (vocabulary = 'subdivision'),
  code text NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (system_id, code),
  UNIQUE (system_id, position),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.system_subdivision IS 'ISO 3166-2 subdivisions of a system; position 1 is the primary one.';
CREATE INDEX system_subdivision_code ON wiki.system_subdivision (code);

CREATE TABLE wiki.system_zone (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  from_m integer CHECK (from_m BETWEEN -450 AND 6500),
  to_m integer CHECK (to_m BETWEEN -450 AND 6500),
  UNIQUE (system_id, position),
  CHECK (from_m <= to_m)
);
COMMENT ON TABLE wiki.system_zone IS 'Elevation zones of a system, each with a season of its own.';

CREATE TABLE wiki.system_style_mark (
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  style wiki.riding_style NOT NULL,
  mark integer NOT NULL CONSTRAINT system_style_mark_range CHECK (mark BETWEEN 0 AND 5),
  PRIMARY KEY (system_id, style)
);
COMMENT ON TABLE wiki.system_style_mark IS 'How well a system suits a riding style, 0 to 5.';
COMMENT ON CONSTRAINT system_style_mark_range ON wiki.system_style_mark IS 'Marks lie between 0 and 5.';

CREATE TABLE wiki.system_skill_mark (
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  skill wiki.skill_level NOT NULL,
  mark integer NOT NULL CONSTRAINT system_skill_mark_range CHECK (mark BETWEEN 0 AND 5),
  PRIMARY KEY (system_id, skill)
);
COMMENT ON TABLE wiki.system_skill_mark IS 'How well a system suits a skill level, 0 to 5.';
COMMENT ON CONSTRAINT system_skill_mark_range ON wiki.system_skill_mark IS 'Marks lie between 0 and 5.';

CREATE TABLE wiki.system_hazard (
  system_id uuid NOT NULL REFERENCES wiki.system ON DELETE CASCADE,
  hazard wiki.hazard_kind NOT NULL,
  months integer[] NOT NULL DEFAULT '{}',
  note text,
  PRIMARY KEY (system_id, hazard),
  CONSTRAINT system_hazard_months CHECK (months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  CONSTRAINT system_hazard_note_length CHECK (length(note) <= 300)
);
COMMENT ON TABLE wiki.system_hazard IS 'Hazards by month.';
COMMENT ON CONSTRAINT system_hazard_months ON wiki.system_hazard IS 'Months are numbers from 1 to 12.';
COMMENT ON CONSTRAINT system_hazard_note_length ON wiki.system_hazard IS 'A note on a hazard has at most 300 characters.';

CREATE TABLE wiki.entity_tag (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'character-tag' CHECK (vocabulary = 'character-tag'),
  code text NOT NULL,
  PRIMARY KEY (entity_id, code),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.entity_tag IS 'Character tags of regions, systems, trails and routes.';
CREATE INDEX entity_tag_code ON wiki.entity_tag (code, entity_id);

CREATE TABLE wiki.entity_facility (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'facility' CHECK (vocabulary = 'facility'),
  code text NOT NULL,
  PRIMARY KEY (entity_id, code),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.entity_facility IS 'Facilities at a system.';
CREATE INDEX entity_facility_code ON wiki.entity_facility (code, entity_id);

CREATE TABLE wiki.season_month (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  zone_id uuid REFERENCES wiki.system_zone ON DELETE CASCADE,
  month wiki.month NOT NULL,
  verdict wiki.season_verdict NOT NULL,
  reason text,
  basis wiki.basis NOT NULL,
  CONSTRAINT season_reason_length CHECK (length(reason) <= 300)
);
COMMENT ON TABLE wiki.season_month IS 'A verdict per month for a system, one of its zones, or a route. No row: unknown.';
COMMENT ON CONSTRAINT season_reason_length ON wiki.season_month IS 'A reason has at most 300 characters.';
CREATE UNIQUE INDEX season_month_once ON wiki.season_month (entity_id, coalesce(zone_id, '00000000-0000-0000-0000-000000000000'), month);

CREATE TABLE wiki.access_rule (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  bike_class wiki.bike_class NOT NULL,
  verdict wiki.access_verdict NOT NULL,
  months integer[] NOT NULL DEFAULT '{}',
  weekdays integer[] NOT NULL DEFAULT '{}',
  hours text,
  when_wet boolean,
  legal_basis text,
  source text,
  dated date,
  PRIMARY KEY (entity_id, position),
  CONSTRAINT access_months CHECK (months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  CONSTRAINT access_weekdays CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]),
  CONSTRAINT access_hours CHECK (hours ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'),
  CONSTRAINT access_text_length CHECK (length(legal_basis) <= 300 AND length(source) <= 500)
);
COMMENT ON TABLE wiki.access_rule IS 'Who may ride when, for a system or trail. No rule: unknown.';
COMMENT ON CONSTRAINT access_months ON wiki.access_rule IS 'Months are numbers from 1 to 12.';
COMMENT ON CONSTRAINT access_weekdays ON wiki.access_rule IS 'Days of the week are numbers from 1 (Monday) to 7 (Sunday).';
COMMENT ON CONSTRAINT access_hours ON wiki.access_rule IS 'Hours are written like 07:00-19:00.';
COMMENT ON CONSTRAINT access_text_length ON wiki.access_rule IS 'A legal basis has at most 300 characters, a source 500.';

CREATE TABLE wiki.local_grading (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  axis wiki.axis NOT NULL,
  step_offset double precision NOT NULL,
  note text,
  PRIMARY KEY (entity_id, axis),
  CONSTRAINT local_grading_steps CHECK (step_offset BETWEEN -1.5 AND 1.5 AND step_offset * 2 = trunc(step_offset * 2)),
  CONSTRAINT local_grading_note_length CHECK (length(note) <= 300)
);
COMMENT ON TABLE wiki.local_grading IS 'Hand-set opinion on how a region or system grades, in label steps.';
COMMENT ON CONSTRAINT local_grading_steps ON wiki.local_grading IS 'Local grading runs from -1.5 to +1.5 label steps in halves.';
COMMENT ON CONSTRAINT local_grading_note_length ON wiki.local_grading IS 'A note has at most 300 characters.';

CREATE TABLE wiki.link (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  title text NOT NULL,
  url text NOT NULL,
  PRIMARY KEY (entity_id, position),
  CONSTRAINT link_title_length CHECK (length(title) BETWEEN 1 AND 120),
  CONSTRAINT link_url CHECK (url ~ '^https?://[^ ]+$' AND length(url) <= 500)
);
COMMENT ON TABLE wiki.link IS 'Where to read on.';
COMMENT ON CONSTRAINT link_title_length ON wiki.link IS 'A link''s title has 1 to 120 characters.';
COMMENT ON CONSTRAINT link_url ON wiki.link IS 'A link begins with http:// or https:// and has at most 500 characters.';

ALTER TABLE wiki.rider
  ADD CONSTRAINT rider_home_region FOREIGN KEY (home_region_id) REFERENCES wiki.region;
COMMENT ON CONSTRAINT rider_home_region ON wiki.rider IS 'There is no such region.';

-- +goose Down
ALTER TABLE wiki.rider DROP CONSTRAINT rider_home_region;
DROP TABLE wiki.link, wiki.local_grading, wiki.access_rule, wiki.season_month, wiki.entity_facility,
  wiki.entity_tag, wiki.system_hazard, wiki.system_skill_mark, wiki.system_style_mark, wiki.system_zone,
  wiki.system_subdivision, wiki.system_region, wiki.system_text, wiki.system, wiki.region_country,
  wiki.region_text, wiki.region CASCADE;
DROP DOMAIN wiki.system_kind, wiki.system_size, wiki.climbing_style, wiki.hazard_kind;
-- Entities, slugs and revisions of the dropped kinds would be orphans.
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind IN ('REGION', 'SYSTEM');
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind IN ('REGION', 'SYSTEM');
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind IN ('REGION', 'SYSTEM');
DELETE FROM wiki.revision WHERE entity_kind IN ('REGION', 'SYSTEM');
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind IN ('REGION', 'SYSTEM');
