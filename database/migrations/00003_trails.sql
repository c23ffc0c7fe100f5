-- Trails with their lines, difficulty, features and junctions.

-- +goose Up
CREATE DOMAIN wiki.trail_direction AS text CHECK (VALUE IN ('BOTH', 'UP_PREFERRED', 'DOWN_PREFERRED', 'UP_ONLY', 'DOWN_ONLY', 'ONE_WAY'));
COMMENT ON DOMAIN wiki.trail_direction IS 'Directions in which a trail is ridden.';
CREATE DOMAIN wiki.trail_type AS text CHECK (VALUE IN ('SINGLETRACK', 'DOUBLETRACK', 'FIRE_ROAD', 'PAVED'));
COMMENT ON DOMAIN wiki.trail_type IS 'What a trail is as a way.';
CREATE DOMAIN wiki.trail_status AS text CHECK (VALUE IN ('OPEN', 'SEASONAL', 'CLOSED_UNTIL', 'DECOMMISSIONED', 'UNDER_CONSTRUCTION'));
COMMENT ON DOMAIN wiki.trail_status IS 'Whether a trail is open.';
CREATE DOMAIN wiki.adaptive_support AS text CHECK (VALUE IN ('NONE', 'RECOMMENDED', 'NEEDED', 'NO', 'UNKNOWN'));
COMMENT ON DOMAIN wiki.adaptive_support IS 'Whether a rider of an adaptive bike needs a companion.';
CREATE DOMAIN wiki.line_direction AS text CHECK (VALUE IN ('FORWARD', 'BACKWARD', 'EITHER'));
COMMENT ON DOMAIN wiki.line_direction IS 'A direction along the line of a trail.';
CREATE DOMAIN wiki.feature_kind AS text CHECK (VALUE IN ('DROP', 'JUMP', 'GAP', 'ROCK_GARDEN', 'ROCK_ROLL', 'ROOTS', 'STEEP', 'SWITCHBACK', 'BRIDGE', 'LADDER', 'BERM', 'STEPS', 'EXPOSURE', 'CREEK_CROSSING', 'GATE', 'OTHER'));
COMMENT ON DOMAIN wiki.feature_kind IS 'Kinds of features on a trail.';

CREATE TABLE wiki.trail (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('TRAIL') STORED,
  name text NOT NULL,
  local_name text,
  direction wiki.trail_direction NOT NULL,
  type wiki.trail_type NOT NULL,
  length_m double precision,
  climb_m double precision,
  descent_m double precision,
  elevation_method text,
  average_grade double precision,
  maximum_grade double precision,
  narrowest_cm integer,
  worst_camber_percent integer,
  gates integer,
  adaptive_support wiki.adaptive_support NOT NULL DEFAULT 'UNKNOWN',
  fits_child_trailer boolean,
  fits_tow_rope boolean,
  fits_first_bike boolean,
  crosses_traffic boolean,
  flow wiki.mark,
  common_label text,
  trail_status wiki.trail_status NOT NULL DEFAULT 'OPEN',
  closed_until date,
  standing wiki.standing NOT NULL DEFAULT 'UNKNOWN',
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT trail_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT trail_local_name_length CHECK (length(local_name) BETWEEN 1 AND 120),
  CONSTRAINT trail_length_range CHECK (length_m > 0 AND length_m <= 500000),
  CONSTRAINT trail_climb_range CHECK (climb_m BETWEEN 0 AND 20000),
  CONSTRAINT trail_descent_range CHECK (descent_m BETWEEN 0 AND 20000),
  CONSTRAINT trail_elevation_method_length CHECK (length(elevation_method) <= 200),
  CONSTRAINT trail_grade_range CHECK (average_grade BETWEEN -100 AND 100 AND maximum_grade BETWEEN -200 AND 200),
  CONSTRAINT trail_narrowest_range CHECK (narrowest_cm BETWEEN 5 AND 1000),
  CONSTRAINT trail_camber_range CHECK (worst_camber_percent BETWEEN 0 AND 100),
  CONSTRAINT trail_gates_range CHECK (gates BETWEEN 0 AND 100),
  CONSTRAINT trail_common_label CHECK (common_label IN ('white', 'green', 'blue', 'black', 'double-black')),
  CONSTRAINT trail_closed_until CHECK ((trail_status = 'CLOSED_UNTIL') = (closed_until IS NOT NULL))
);
COMMENT ON TABLE wiki.trail IS 'Trails.';
COMMENT ON COLUMN wiki.trail.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT trail_name_length ON wiki.trail IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT trail_local_name_length ON wiki.trail IS 'A local name has 1 to 120 characters.';
COMMENT ON CONSTRAINT trail_length_range ON wiki.trail IS 'A length is more than 0 and at most 500,000 m; leave it empty when unknown.';
COMMENT ON CONSTRAINT trail_climb_range ON wiki.trail IS 'A climb lies between 0 and 20,000 m; leave it empty when unknown.';
COMMENT ON CONSTRAINT trail_descent_range ON wiki.trail IS 'A descent lies between 0 and 20,000 m; leave it empty when unknown.';
COMMENT ON CONSTRAINT trail_elevation_method_length ON wiki.trail IS 'The elevation method has at most 200 characters.';
COMMENT ON CONSTRAINT trail_grade_range ON wiki.trail IS 'An average grade lies between -100 and 100 percent, a maximum grade between -200 and 200.';
COMMENT ON CONSTRAINT trail_narrowest_range ON wiki.trail IS 'The narrowest width lies between 5 and 1,000 cm.';
COMMENT ON CONSTRAINT trail_camber_range ON wiki.trail IS 'The worst camber lies between 0 and 100 percent.';
COMMENT ON CONSTRAINT trail_gates_range ON wiki.trail IS 'Gates are a number from 0 to 100.';
COMMENT ON CONSTRAINT trail_closed_until ON wiki.trail IS 'The status CLOSED_UNTIL needs a date in closedUntil, and only that status has one.';
CREATE INDEX trail_common_label ON wiki.trail (common_label);

CREATE TABLE wiki.trail_text (
  id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  personality text,
  description text,
  comparable_to text,
  maintenance text,
  PRIMARY KEY (id, lang),
  CONSTRAINT trail_personality_length CHECK (length(personality) <= 240),
  CONSTRAINT trail_description_length CHECK (length(description) <= 8000),
  CONSTRAINT trail_comparable_length CHECK (length(comparable_to) <= 500),
  CONSTRAINT trail_maintenance_length CHECK (length(maintenance) <= 1000)
);
COMMENT ON TABLE wiki.trail_text IS 'Texts of trails by language.';
COMMENT ON COLUMN wiki.trail_text.id IS 'The trail.';
COMMENT ON COLUMN wiki.trail_text.lang IS 'Language of these texts.';
COMMENT ON CONSTRAINT trail_personality_length ON wiki.trail_text IS 'A personality is one line of at most 240 characters.';
COMMENT ON CONSTRAINT trail_description_length ON wiki.trail_text IS 'A description has at most 8,000 characters.';
COMMENT ON CONSTRAINT trail_comparable_length ON wiki.trail_text IS 'The comparison has at most 500 characters.';
COMMENT ON CONSTRAINT trail_maintenance_length ON wiki.trail_text IS 'The text on maintenance has at most 1,000 characters.';

CREATE TABLE wiki.trail_system (
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (trail_id, system_id),
  UNIQUE (trail_id, position)
);
COMMENT ON TABLE wiki.trail_system IS 'Systems a trail belongs to; position 1 is the primary one.';
CREATE INDEX trail_system_system ON wiki.trail_system (system_id, trail_id);

CREATE TABLE wiki.trail_line (
  trail_id uuid PRIMARY KEY REFERENCES wiki.trail ON DELETE CASCADE,
  coordinates jsonb NOT NULL,
  simplified jsonb NOT NULL,
  point_count integer NOT NULL,
  has_elevation boolean NOT NULL,
  west wiki.longitude NOT NULL,
  south wiki.latitude NOT NULL,
  east wiki.longitude NOT NULL,
  north wiki.latitude NOT NULL,
  CONSTRAINT trail_line_points CHECK (point_count BETWEEN 2 AND 20000 AND jsonb_array_length(coordinates) = point_count),
  CONSTRAINT trail_line_simplified CHECK (jsonb_array_length(simplified) BETWEEN 2 AND 200)
);
COMMENT ON TABLE wiki.trail_line IS 'Lines of our own (imported ones stand in layers of their own): GeoJSON coordinates in WGS84.';
COMMENT ON COLUMN wiki.trail_line.simplified IS 'At most 200 of the points, for maps of many trails.';
COMMENT ON CONSTRAINT trail_line_points ON wiki.trail_line IS 'A line has 2 to 20,000 points.';
CREATE INDEX trail_line_box ON wiki.trail_line USING gist (box(point(west, south), point(east, north)));

CREATE TABLE wiki.trail_label (
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  direction wiki.line_direction NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  vocabulary text NOT NULL DEFAULT 'label' CHECK (vocabulary = 'label'),
  code text NOT NULL,
  stated_by text NOT NULL,
  PRIMARY KEY (trail_id, direction, position),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term,
  CONSTRAINT trail_label_stated_by CHECK (length(stated_by) BETWEEN 1 AND 120)
);
COMMENT ON TABLE wiki.trail_label IS 'Difficulties as somebody states them.';
COMMENT ON COLUMN wiki.trail_label.code IS 'Member of the vocabulary label: system, colon, label, such as imba:blue.';
COMMENT ON CONSTRAINT trail_label_stated_by ON wiki.trail_label IS 'A stated difficulty says who states it, in 1 to 120 characters.';

CREATE TABLE wiki.trail_axis (
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  direction wiki.line_direction NOT NULL,
  axis wiki.axis NOT NULL,
  predominant wiki.mark,
  worst wiki.mark,
  not_applicable boolean NOT NULL DEFAULT false,
  wet_offset double precision,
  note text,
  basis wiki.basis NOT NULL,
  PRIMARY KEY (trail_id, direction, axis),
  CONSTRAINT trail_axis_not_applicable CHECK (NOT not_applicable OR (predominant IS NULL AND worst IS NULL AND wet_offset IS NULL)),
  CONSTRAINT trail_axis_worst CHECK (worst >= predominant),
  CONSTRAINT trail_axis_wet CHECK (wet_offset BETWEEN 0 AND 2),
  CONSTRAINT trail_axis_note_length CHECK (length(note) <= 300)
);
COMMENT ON TABLE wiki.trail_axis IS 'Marks 0 to 5 on the axes of difficulty, by direction of the line.';
COMMENT ON CONSTRAINT trail_axis_not_applicable ON wiki.trail_axis IS 'An axis that does not apply has no marks.';
COMMENT ON CONSTRAINT trail_axis_worst ON wiki.trail_axis IS 'The worst mandatory place can''t be easier than most of the trail.';
COMMENT ON CONSTRAINT trail_axis_wet ON wiki.trail_axis IS 'The offset when wet lies between 0 and 2.';
COMMENT ON CONSTRAINT trail_axis_note_length ON wiki.trail_axis IS 'A note has at most 300 characters.';

CREATE TABLE wiki.trail_feature (
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  at_m double precision,
  kind wiki.feature_kind NOT NULL,
  name text,
  size_m double precision,
  technical wiki.mark,
  consequence wiki.mark,
  mandatory boolean NOT NULL,
  bypass text,
  note text,
  PRIMARY KEY (trail_id, position),
  CONSTRAINT trail_feature_at CHECK (at_m BETWEEN 0 AND 500000),
  CONSTRAINT trail_feature_size CHECK (size_m > 0 AND size_m <= 2000),
  CONSTRAINT trail_feature_text CHECK (length(name) <= 80 AND length(bypass) <= 200 AND length(note) <= 300)
);
COMMENT ON TABLE wiki.trail_feature IS 'Features on a trail at a distance from its start.';
COMMENT ON CONSTRAINT trail_feature_at ON wiki.trail_feature IS 'A feature lies between 0 and 500,000 m from the start.';
COMMENT ON CONSTRAINT trail_feature_size ON wiki.trail_feature IS 'A feature''s size is more than 0 and at most 2,000 m.';
COMMENT ON CONSTRAINT trail_feature_text ON wiki.trail_feature IS 'A feature''s name has at most 80 characters, its bypass 200, its note 300.';

CREATE TABLE wiki.trail_junction (
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  other_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  at_m double precision NOT NULL,
  other_at_m double precision NOT NULL,
  PRIMARY KEY (trail_id, position),
  CONSTRAINT trail_junction_other CHECK (other_id <> trail_id),
  CONSTRAINT trail_junction_at CHECK (at_m BETWEEN 0 AND 500000 AND other_at_m BETWEEN 0 AND 500000)
);
COMMENT ON TABLE wiki.trail_junction IS 'Where a trail meets others.';
COMMENT ON CONSTRAINT trail_junction_other ON wiki.trail_junction IS 'A junction joins two different trails.';
COMMENT ON CONSTRAINT trail_junction_at ON wiki.trail_junction IS 'A junction lies between 0 and 500,000 m from the start.';
CREATE INDEX trail_junction_other_id ON wiki.trail_junction (other_id);

CREATE TABLE wiki.external_id (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  scheme text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (entity_id, scheme, value),
  CONSTRAINT external_id_scheme CHECK (scheme IN ('trailforks', 'osm-way', 'osm-relation', 'strava-segment')),
  CONSTRAINT external_id_value CHECK (value ~ '^[A-Za-z0-9_-]{1,80}$')
);
COMMENT ON TABLE wiki.external_id IS 'The same thing elsewhere.';
COMMENT ON CONSTRAINT external_id_scheme ON wiki.external_id IS 'Known schemes are trailforks, osm-way, osm-relation and strava-segment.';
COMMENT ON CONSTRAINT external_id_value ON wiki.external_id IS 'An id elsewhere has 1 to 80 letters, digits, hyphens or underscores.';
CREATE INDEX external_id_value ON wiki.external_id (scheme, value);

-- +goose Down
DROP TABLE wiki.external_id, wiki.trail_junction, wiki.trail_feature, wiki.trail_axis, wiki.trail_label,
  wiki.trail_line, wiki.trail_system, wiki.trail_text, wiki.trail CASCADE;
DROP DOMAIN wiki.trail_direction, wiki.trail_type, wiki.trail_status, wiki.adaptive_support, wiki.line_direction, wiki.feature_kind;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'TRAIL';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'TRAIL';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'TRAIL';
DELETE FROM wiki.revision WHERE entity_kind = 'TRAIL';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'TRAIL';
