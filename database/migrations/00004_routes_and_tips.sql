-- Routes with their legs, and tips.

-- +goose Up
CREATE DOMAIN wiki.route_shape AS text CHECK (VALUE IN ('LOOP', 'OUT_AND_BACK', 'POINT_TO_POINT'));
COMMENT ON DOMAIN wiki.route_shape IS 'How a route comes back, if it does.';
CREATE DOMAIN wiki.uplift AS text CHECK (VALUE IN ('NONE', 'SHUTTLE', 'LIFT', 'TRAIN', 'BOAT'));
COMMENT ON DOMAIN wiki.uplift IS 'What carries riders up.';
CREATE DOMAIN wiki.condition_sensitivity AS text CHECK (VALUE IN ('BOMBPROOF', 'WEATHER_DEPENDENT', 'VERY_SENSITIVE'));
COMMENT ON DOMAIN wiki.condition_sensitivity IS 'How much weather spoils a route.';
CREATE DOMAIN wiki.leg_kind AS text CHECK (VALUE IN ('TRAIL', 'CONNECTOR', 'UPLIFT', 'PUSH'));
COMMENT ON DOMAIN wiki.leg_kind IS 'What a leg of a route is.';
CREATE DOMAIN wiki.time_of_day AS text CHECK (VALUE IN ('ANY', 'MORNING', 'MIDDAY', 'AFTERNOON', 'EVENING'));
COMMENT ON DOMAIN wiki.time_of_day IS 'When a route is best begun.';
CREATE DOMAIN wiki.tip_kind AS text CHECK (VALUE IN ('GEM', 'TIP', 'MISTAKE', 'LINE_CHOICE', 'TRAFFIC', 'PARKING', 'WEATHER', 'ETIQUETTE'));
COMMENT ON DOMAIN wiki.tip_kind IS 'Kinds of tips.';

CREATE TABLE wiki.route (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('ROUTE') STORED,
  name text NOT NULL,
  shape wiki.route_shape NOT NULL,
  uplift wiki.uplift NOT NULL DEFAULT 'NONE',
  length_m double precision,
  climb_m double precision,
  minutes_low integer,
  minutes_high integer,
  skill wiki.skill_level,
  fitness wiki.fitness_level,
  condition_sensitivity wiki.condition_sensitivity,
  time_of_day wiki.time_of_day NOT NULL DEFAULT 'ANY',
  must_do boolean,
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT route_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT route_length_range CHECK (length_m > 0 AND length_m <= 1000000),
  CONSTRAINT route_climb_range CHECK (climb_m BETWEEN 0 AND 30000),
  CONSTRAINT route_minutes CHECK (minutes_low BETWEEN 1 AND 10000 AND minutes_high BETWEEN 1 AND 10000 AND minutes_low <= minutes_high)
);
COMMENT ON TABLE wiki.route IS 'Curated rides with a purpose.';
COMMENT ON COLUMN wiki.route.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT route_name_length ON wiki.route IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT route_length_range ON wiki.route IS 'A length is more than 0 and at most 1,000,000 m; leave it empty when unknown.';
COMMENT ON CONSTRAINT route_climb_range ON wiki.route IS 'A climb lies between 0 and 30,000 m; leave it empty when unknown.';
COMMENT ON CONSTRAINT route_minutes ON wiki.route IS 'Times lie between 1 and 10,000 minutes, the shortest below the longest.';

CREATE TABLE wiki.route_text (
  id uuid NOT NULL REFERENCES wiki.route ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  tagline text,
  purpose text,
  description text,
  highlights text,
  ideal_for text,
  not_for text,
  PRIMARY KEY (id, lang),
  CONSTRAINT route_tagline_length CHECK (length(tagline) <= 200),
  CONSTRAINT route_purpose_length CHECK (length(purpose) <= 500),
  CONSTRAINT route_description_length CHECK (length(description) <= 8000),
  CONSTRAINT route_highlights_length CHECK (length(highlights) <= 2000),
  CONSTRAINT route_for_length CHECK (length(ideal_for) <= 500 AND length(not_for) <= 500)
);
COMMENT ON TABLE wiki.route_text IS 'Texts of routes by language.';
COMMENT ON COLUMN wiki.route_text.id IS 'The route.';
COMMENT ON COLUMN wiki.route_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT route_tagline_length ON wiki.route_text IS 'The line that sums it up has at most 200 characters.';
COMMENT ON CONSTRAINT route_purpose_length ON wiki.route_text IS 'A purpose has at most 500 characters.';
COMMENT ON CONSTRAINT route_description_length ON wiki.route_text IS 'A description has at most 8,000 characters.';
COMMENT ON CONSTRAINT route_highlights_length ON wiki.route_text IS 'Highlights have at most 2,000 characters.';
COMMENT ON CONSTRAINT route_for_length ON wiki.route_text IS 'Whom it suits has at most 500 characters.';

CREATE TABLE wiki.route_system (
  route_id uuid NOT NULL REFERENCES wiki.route ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (route_id, system_id),
  UNIQUE (route_id, position)
);
COMMENT ON TABLE wiki.route_system IS 'Systems a route goes through; position 1 is where it starts.';
CREATE INDEX route_system_system ON wiki.route_system (system_id, route_id);

CREATE TABLE wiki.route_leg (
  route_id uuid NOT NULL REFERENCES wiki.route ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  kind wiki.leg_kind NOT NULL,
  trail_id uuid REFERENCES wiki.trail,
  from_m double precision,
  to_m double precision,
  direction wiki.line_direction NOT NULL DEFAULT 'FORWARD',
  purpose text,
  notes text,
  alternatives text,
  PRIMARY KEY (route_id, position),
  CONSTRAINT route_leg_trail CHECK (kind <> 'TRAIL' OR trail_id IS NOT NULL),
  CONSTRAINT route_leg_part CHECK (from_m >= 0 AND to_m >= 0 AND from_m <> to_m),
  CONSTRAINT route_leg_text CHECK (length(purpose) <= 200 AND length(notes) <= 500 AND length(alternatives) <= 300)
);
COMMENT ON TABLE wiki.route_leg IS 'Legs of a route in riding order.';
COMMENT ON CONSTRAINT route_leg_trail ON wiki.route_leg IS 'A leg of kind TRAIL names its trail.';
COMMENT ON CONSTRAINT route_leg_part ON wiki.route_leg IS 'A leg runs from one distance along the trail to another.';
COMMENT ON CONSTRAINT route_leg_text ON wiki.route_leg IS 'A leg''s purpose has at most 200 characters, its notes 500, its alternatives 300.';
CREATE INDEX route_leg_trail_id ON wiki.route_leg (trail_id) WHERE trail_id IS NOT NULL;

CREATE TABLE wiki.tip (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('TIP') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  kind wiki.tip_kind NOT NULL,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  ride_date date,
  basis wiki.basis NOT NULL DEFAULT 'LOCAL',
  valid_until date,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT tip_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT tip_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')),
  CONSTRAINT tip_body_length CHECK (length(body) BETWEEN 5 AND 400 AND body = btrim(body)),
  CONSTRAINT tip_ride_date CHECK (ride_date BETWEEN '1970-01-01' AND '2200-01-01')
);
COMMENT ON TABLE wiki.tip IS 'One or two sentences of local knowledge about a system, trail or route.';
COMMENT ON COLUMN wiki.tip.entity_kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT tip_subject ON wiki.tip IS 'There is no such system, trail or route.';
COMMENT ON CONSTRAINT tip_subject_kind ON wiki.tip IS 'A tip is about a system, trail or route.';
COMMENT ON CONSTRAINT tip_body_length ON wiki.tip IS 'A tip has 5 to 400 characters and no spaces around it.';
COMMENT ON CONSTRAINT tip_ride_date ON wiki.tip IS 'The date ridden is out of range.';
CREATE INDEX tip_of_subject ON wiki.tip (subject_id);

-- +goose Down
DROP TABLE wiki.tip, wiki.route_leg, wiki.route_system, wiki.route_text, wiki.route CASCADE;
DROP DOMAIN wiki.route_shape, wiki.uplift, wiki.condition_sensitivity, wiki.leg_kind, wiki.time_of_day, wiki.tip_kind;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind IN ('ROUTE', 'TIP');
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind IN ('ROUTE', 'TIP');
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind IN ('ROUTE', 'TIP');
DELETE FROM wiki.revision WHERE entity_kind IN ('ROUTE', 'TIP');
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind IN ('ROUTE', 'TIP');
