-- What discovery weighs of a system, in one row: questions about everywhere score
-- every system there is, and joining seven tables for each would take seconds.

-- +goose Up
CREATE TABLE wiki.discovery_document (
  system_id uuid PRIMARY KEY REFERENCES wiki.system ON DELETE CASCADE,
  name text NOT NULL,
  state wiki.entity_state NOT NULL,
  visibility wiki.visibility NOT NULL,
  created_by uuid,
  synthetic boolean NOT NULL,
  status wiki.article_status NOT NULL,
  size wiki.system_size,
  lat wiki.latitude,
  lon wiki.longitude,
  regions uuid[] NOT NULL,
  countries text[] NOT NULL,
  tags text[] NOT NULL,
  style_marks smallint[] NOT NULL CHECK (cardinality(style_marks) = 5),
  skill_marks smallint[] NOT NULL CHECK (cardinality(skill_marks) = 4),
  season text[] NOT NULL CHECK (cardinality(season) = 12),
  route_fitness smallint[] NOT NULL,
  forbidden text[] NOT NULL,
  evidence double precision CHECK (evidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE wiki.discovery_document IS 'What discovery weighs of each system, rewritten with every change (wiki.refresh_discovery); after a bulk load: SELECT wiki.refresh_discovery(NULL).';
COMMENT ON COLUMN wiki.discovery_document.synthetic IS 'Invented: suggested only to those who ask for such places.';
COMMENT ON COLUMN wiki.discovery_document.countries IS 'ISO 3166-1 alpha-2 codes of its subdivisions, else of its regions.';
COMMENT ON COLUMN wiki.discovery_document.style_marks IS 'Marks for XC, TRAIL, ENDURO, DOWNHILL, FLOW; null: unknown.';
COMMENT ON COLUMN wiki.discovery_document.skill_marks IS 'Marks for LEARNING, COMFORTABLE, CHALLENGING, EXPERT; null: unknown.';
COMMENT ON COLUMN wiki.discovery_document.season IS 'Verdicts of the months 1 to 12; null: unknown.';
COMMENT ON COLUMN wiki.discovery_document.route_fitness IS 'Fitness levels that its public routes ask for: 1 CASUAL to 4 ATHLETE.';
COMMENT ON COLUMN wiki.discovery_document.forbidden IS 'Bike class, colon, month (0: whenever) in which it may not be ridden at all.';
COMMENT ON COLUMN wiki.discovery_document.evidence IS 'Share of the facts with a basis that rest on more than an estimate; null: none has a basis.';
CREATE INDEX discovery_document_place ON wiki.discovery_document USING gist (point(lon, lat));
CREATE INDEX discovery_document_regions ON wiki.discovery_document USING gin (regions);
CREATE INDEX discovery_document_countries ON wiki.discovery_document USING gin (countries);

-- +goose Down
DROP TABLE wiki.discovery_document;
