-- Access points: where rides begin and end.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT'));
CREATE DOMAIN wiki.access_point_kind AS text CHECK (VALUE IN ('TRAILHEAD', 'PARKING', 'STATION', 'LIFT_BASE'));
COMMENT ON DOMAIN wiki.access_point_kind IS 'Kinds of places where rides begin.';

CREATE TABLE wiki.access_point (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('ACCESS_POINT') STORED,
  name text NOT NULL,
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  kind wiki.access_point_kind NOT NULL,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  spaces integer,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT access_point_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT access_point_position_whole CHECK ((position_lat IS NULL) = (position_lon IS NULL)),
  CONSTRAINT access_point_spaces_range CHECK (spaces BETWEEN 0 AND 100000)
);
COMMENT ON TABLE wiki.access_point IS 'Trailheads, car parks, stations and lift bases.';
COMMENT ON COLUMN wiki.access_point.id IS '[public]';
COMMENT ON COLUMN wiki.access_point.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON COLUMN wiki.access_point.name IS '[public]';
COMMENT ON COLUMN wiki.access_point.name_key IS 'What lists are sorted by: the name in lower case without accents. [public]';
COMMENT ON COLUMN wiki.access_point.kind IS '[public]';
COMMENT ON COLUMN wiki.access_point.position_lat IS '[public]';
COMMENT ON COLUMN wiki.access_point.position_lon IS '[public]';
COMMENT ON COLUMN wiki.access_point.spaces IS '[public]';
COMMENT ON CONSTRAINT access_point_name_length ON wiki.access_point IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT access_point_position_whole ON wiki.access_point IS 'A position has both latitude and longitude.';
COMMENT ON CONSTRAINT access_point_spaces_range ON wiki.access_point IS 'Room is for 0 to 100,000 cars; leave it empty when unknown.';
CREATE INDEX access_point_position ON wiki.access_point USING gist (point(position_lon, position_lat));
CREATE INDEX access_point_name_key ON wiki.access_point (name_key, id);

CREATE TABLE wiki.access_point_text (
  id uuid NOT NULL REFERENCES wiki.access_point ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  tagline text,
  directions text,
  parking text,
  fees text,
  PRIMARY KEY (id, lang),
  CONSTRAINT access_point_tagline_length CHECK (length(tagline) <= 200),
  CONSTRAINT access_point_directions_length CHECK (length(directions) <= 2000),
  CONSTRAINT access_point_parking_length CHECK (length(parking) <= 1000),
  CONSTRAINT access_point_fees_length CHECK (length(fees) <= 500)
);
COMMENT ON TABLE wiki.access_point_text IS 'Texts of access points by language.';
COMMENT ON COLUMN wiki.access_point_text.id IS 'The access point. [public]';
COMMENT ON COLUMN wiki.access_point_text.lang IS 'Language of these texts. [public]';
COMMENT ON COLUMN wiki.access_point_text.tagline IS '[public]';
COMMENT ON COLUMN wiki.access_point_text.directions IS '[public]';
COMMENT ON COLUMN wiki.access_point_text.parking IS '[public]';
COMMENT ON COLUMN wiki.access_point_text.fees IS '[public]';
COMMENT ON CONSTRAINT access_point_tagline_length ON wiki.access_point_text IS 'The line that sums it up has at most 200 characters.';
COMMENT ON CONSTRAINT access_point_directions_length ON wiki.access_point_text IS 'How to get there has at most 2,000 characters.';
COMMENT ON CONSTRAINT access_point_parking_length ON wiki.access_point_text IS 'The text on parking has at most 1,000 characters.';
COMMENT ON CONSTRAINT access_point_fees_length ON wiki.access_point_text IS 'The text on fees has at most 500 characters.';

CREATE TABLE wiki.access_point_system (
  access_point_id uuid NOT NULL REFERENCES wiki.access_point ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (access_point_id, system_id),
  UNIQUE (access_point_id, position)
);
COMMENT ON TABLE wiki.access_point_system IS 'Systems that an access point leads to; position 1 is the nearest.';
COMMENT ON COLUMN wiki.access_point_system.access_point_id IS '[public]';
COMMENT ON COLUMN wiki.access_point_system.system_id IS '[public]';
COMMENT ON COLUMN wiki.access_point_system.position IS '[public]';
CREATE INDEX access_point_system_system ON wiki.access_point_system (system_id, access_point_id);

CREATE TABLE wiki.route_access_point (
  route_id uuid NOT NULL REFERENCES wiki.route ON DELETE CASCADE,
  access_point_id uuid NOT NULL REFERENCES wiki.access_point,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (route_id, access_point_id),
  UNIQUE (route_id, position)
);
COMMENT ON TABLE wiki.route_access_point IS 'Where a route can be begun; position 1 is the best place.';
COMMENT ON COLUMN wiki.route_access_point.route_id IS '[public]';
COMMENT ON COLUMN wiki.route_access_point.access_point_id IS '[public]';
COMMENT ON COLUMN wiki.route_access_point.position IS '[public]';
CREATE INDEX route_access_point_point ON wiki.route_access_point (access_point_id, route_id);

ALTER TABLE wiki.tip DROP CONSTRAINT tip_subject_kind;
ALTER TABLE wiki.tip ADD CONSTRAINT tip_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE', 'ACCESS_POINT'));
COMMENT ON CONSTRAINT tip_subject_kind ON wiki.tip IS 'A tip is about a system, trail, route or access point.';
COMMENT ON CONSTRAINT tip_subject ON wiki.tip IS 'There is no such system, trail, route or access point.';
ALTER TABLE wiki.seasonal_notice DROP CONSTRAINT notice_subject_kind;
ALTER TABLE wiki.seasonal_notice ADD CONSTRAINT notice_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE', 'ACCESS_POINT'));
COMMENT ON CONSTRAINT notice_subject_kind ON wiki.seasonal_notice IS 'A notice is about a system, trail, route or access point.';
COMMENT ON CONSTRAINT notice_subject ON wiki.seasonal_notice IS 'There is no such system, trail, route or access point.';

-- +goose Down
-- What is said about an access point goes with it.
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
SELECT e.id FROM wiki.entity e WHERE e.kind = 'ACCESS_POINT'
UNION ALL
SELECT t.id FROM wiki.tip t WHERE t.subject_kind = 'ACCESS_POINT'
UNION ALL
SELECT n.id FROM wiki.seasonal_notice n WHERE n.subject_kind = 'ACCESS_POINT';
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal p USING gone g WHERE p.entity_id = g.id;
DELETE FROM wiki.proposal WHERE entity_kind = 'ACCESS_POINT';
DELETE FROM wiki.redaction d USING wiki.revision r, gone g WHERE r.id = d.revision_id AND r.entity_id = g.id;
DELETE FROM wiki.revision_content c USING wiki.revision r, gone g WHERE r.id = c.revision_id AND r.entity_id = g.id;
DELETE FROM wiki.revision r USING gone g WHERE r.entity_id = g.id;
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.outbox o USING gone g WHERE o.entity_id = g.id;
DROP TABLE wiki.route_access_point, wiki.access_point_system, wiki.access_point_text CASCADE;
DELETE FROM wiki.tip WHERE subject_kind = 'ACCESS_POINT';
DELETE FROM wiki.seasonal_notice WHERE subject_kind = 'ACCESS_POINT';
DROP TABLE wiki.access_point CASCADE;
DELETE FROM wiki.entity e USING gone g WHERE e.id = g.id;
DROP DOMAIN wiki.access_point_kind;
ALTER TABLE wiki.tip DROP CONSTRAINT tip_subject_kind;
ALTER TABLE wiki.tip ADD CONSTRAINT tip_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE'));
COMMENT ON CONSTRAINT tip_subject_kind ON wiki.tip IS 'A tip is about a system, trail or route.';
COMMENT ON CONSTRAINT tip_subject ON wiki.tip IS 'There is no such system, trail or route.';
ALTER TABLE wiki.seasonal_notice DROP CONSTRAINT notice_subject_kind;
ALTER TABLE wiki.seasonal_notice ADD CONSTRAINT notice_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE'));
COMMENT ON CONSTRAINT notice_subject_kind ON wiki.seasonal_notice IS 'A notice is about a system, trail or route.';
COMMENT ON CONSTRAINT notice_subject ON wiki.seasonal_notice IS 'There is no such system, trail or route.';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION'));
