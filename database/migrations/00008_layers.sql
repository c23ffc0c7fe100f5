-- Imported open data as a layer of its own, with source and licence: what was
-- read, and what was computed from it for the entities that stand on it.

-- +goose Up
CREATE TABLE wiki.layer_source (
  code text PRIMARY KEY,
  title text NOT NULL,
  attribution text NOT NULL,
  licence text NOT NULL,
  url text,
  CONSTRAINT layer_source_code CHECK (code ~ '^[a-z][a-z0-9-]{0,39}$'),
  CONSTRAINT layer_source_text CHECK (length(title) BETWEEN 1 AND 120 AND length(attribution) BETWEEN 1 AND 200 AND length(licence) BETWEEN 1 AND 60),
  CONSTRAINT layer_source_url CHECK (url ~ '^https?://' AND length(url) <= 500)
);
COMMENT ON TABLE wiki.layer_source IS 'Sources of open data. Their attribution is shown wherever something of theirs is.';
COMMENT ON COLUMN wiki.layer_source.licence IS 'Licence of the data, as an SPDX identifier where there is one; exports of the layer are under it.';
COMMENT ON CONSTRAINT layer_source_code ON wiki.layer_source IS 'The code of a source has 1 to 40 lower-case letters, digits and hyphens.';
COMMENT ON CONSTRAINT layer_source_text ON wiki.layer_source IS 'A source has a title, an attribution and a licence of at most 120, 200 and 60 characters.';
COMMENT ON CONSTRAINT layer_source_url ON wiki.layer_source IS 'The address of a source begins with http:// or https://.';

CREATE TABLE wiki.layer_feature (
  source text NOT NULL REFERENCES wiki.layer_source,
  native_id text NOT NULL,
  name text,
  tags jsonb NOT NULL,
  coordinates jsonb NOT NULL,
  sensitive text,
  imported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, native_id),
  CONSTRAINT layer_feature_id CHECK (length(native_id) BETWEEN 1 AND 200),
  CONSTRAINT layer_feature_tags CHECK (jsonb_typeof(tags) = 'object'),
  CONSTRAINT layer_feature_points CHECK (jsonb_array_length(coordinates) BETWEEN 2 AND 20000)
);
COMMENT ON TABLE wiki.layer_feature IS 'Elements of open data as they were read: original keys and line. Nothing of it is edited here.';
COMMENT ON COLUMN wiki.layer_feature.native_id IS 'Type and number in the source, such as way/123.';
COMMENT ON COLUMN wiki.layer_feature.coordinates IS 'GeoJSON LineString coordinates in WGS84.';
COMMENT ON COLUMN wiki.layer_feature.sensitive IS 'The key for which it must not be shown to everybody; null: it may be.';
COMMENT ON CONSTRAINT layer_feature_id ON wiki.layer_feature IS 'The id of an element has 1 to 200 characters.';
COMMENT ON CONSTRAINT layer_feature_tags ON wiki.layer_feature IS 'The keys of an element are an object.';
COMMENT ON CONSTRAINT layer_feature_points ON wiki.layer_feature IS 'A line has 2 to 20,000 points.';

CREATE TABLE wiki.layer_entity (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  source text NOT NULL REFERENCES wiki.layer_source,
  features text[] NOT NULL,
  name text NOT NULL,
  lines jsonb NOT NULL,
  length_m double precision,
  climb_m double precision,
  descent_m double precision,
  elevation_method text,
  profile jsonb,
  junctions jsonb NOT NULL DEFAULT '[]',
  imported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (entity_id, source),
  CONSTRAINT layer_entity_features CHECK (cardinality(features) >= 1),
  CONSTRAINT layer_entity_name CHECK (length(name) BETWEEN 1 AND 120),
  CONSTRAINT layer_entity_lines CHECK (jsonb_typeof(lines) = 'array'),
  CONSTRAINT layer_entity_length CHECK (length_m > 0 AND length_m < 'Infinity'),
  CONSTRAINT layer_entity_climb CHECK (climb_m BETWEEN 0 AND 20000 AND descent_m BETWEEN 0 AND 20000),
  CONSTRAINT layer_entity_method CHECK ((climb_m IS NULL) = (elevation_method IS NULL) AND (climb_m IS NULL) = (descent_m IS NULL)),
  CONSTRAINT layer_entity_profile CHECK (jsonb_typeof(profile) = 'object'),
  CONSTRAINT layer_entity_junctions CHECK (jsonb_typeof(junctions) = 'array')
);
COMMENT ON TABLE wiki.layer_entity IS 'What a source says of an entity, taken or computed from its features; shown beside the wiki''s own values, never merged into them.';
COMMENT ON COLUMN wiki.layer_entity.features IS 'Ids of the elements of the source that the entity stands on; importing again finds it by them.';
COMMENT ON COLUMN wiki.layer_entity.lines IS 'GeoJSON MultiLineString coordinates, the longest line first for trails; systems have none.';
COMMENT ON COLUMN wiki.layer_entity.climb_m IS 'Null: elevation unknown. Along the lines, as computed by the method beside it.';
COMMENT ON COLUMN wiki.layer_entity.profile IS 'Trails: stated labels and marks, mapped from the source''s keys.';
COMMENT ON COLUMN wiki.layer_entity.junctions IS 'Trails: {trailId, atM, otherAtM} where others are met, along the longest line.';
COMMENT ON CONSTRAINT layer_entity_features ON wiki.layer_entity IS 'An imported entity stands on at least one element of its source.';
COMMENT ON CONSTRAINT layer_entity_name ON wiki.layer_entity IS 'A name has 1 to 120 characters.';
COMMENT ON CONSTRAINT layer_entity_lines ON wiki.layer_entity IS 'Lines are a list.';
COMMENT ON CONSTRAINT layer_entity_length ON wiki.layer_entity IS 'A length is more than 0; leave it empty when unknown.';
COMMENT ON CONSTRAINT layer_entity_climb ON wiki.layer_entity IS 'Climb and descent lie between 0 and 20,000 m; leave them empty when unknown.';
COMMENT ON CONSTRAINT layer_entity_method ON wiki.layer_entity IS 'Climb, descent and the method they were computed by come together.';
COMMENT ON CONSTRAINT layer_entity_profile ON wiki.layer_entity IS 'A profile is an object.';
COMMENT ON CONSTRAINT layer_entity_junctions ON wiki.layer_entity IS 'Junctions are a list.';
CREATE INDEX layer_entity_by_feature ON wiki.layer_entity USING gin (features);

-- +goose Down
DROP TABLE wiki.layer_entity, wiki.layer_feature, wiki.layer_source;
