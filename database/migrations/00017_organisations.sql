-- Organisations: who looks after, owns, runs or serves riding areas, and which riders
-- belong to them.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION'));
CREATE DOMAIN wiki.organisation_kind AS text CHECK (VALUE IN ('ASSOCIATION', 'LAND_MANAGER', 'OPERATOR', 'SHOP', 'GUIDE_SERVICE'));
COMMENT ON DOMAIN wiki.organisation_kind IS 'What an organisation is to a place.';
CREATE DOMAIN wiki.membership_role AS text CHECK (VALUE IN ('MEMBER', 'VOLUNTEER', 'STAFF', 'OWNER'));
COMMENT ON DOMAIN wiki.membership_role IS 'What a rider is to an organisation.';

CREATE TABLE wiki.organisation (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('ORGANISATION') STORED,
  name text NOT NULL,
  kind wiki.organisation_kind NOT NULL,
  url text,
  donate_url text,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  status wiki.article_status NOT NULL DEFAULT 'STUB',
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT organisation_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT organisation_position_whole CHECK ((position_lat IS NULL) = (position_lon IS NULL)),
  CONSTRAINT organisation_url CHECK (url ~ '^https?://' AND length(url) <= 500),
  CONSTRAINT organisation_donate_url CHECK (donate_url ~ '^https?://' AND length(donate_url) <= 500)
);
COMMENT ON TABLE wiki.organisation IS 'Who looks after, owns, runs or serves riding areas.';
COMMENT ON COLUMN wiki.organisation.id IS '[public]';
COMMENT ON COLUMN wiki.organisation.name IS '[public]';
COMMENT ON COLUMN wiki.organisation.kind IS '[public]';
COMMENT ON COLUMN wiki.organisation.url IS '[public]';
COMMENT ON COLUMN wiki.organisation.donate_url IS '[public]';
COMMENT ON COLUMN wiki.organisation.position_lat IS '[public]';
COMMENT ON COLUMN wiki.organisation.position_lon IS '[public]';
COMMENT ON COLUMN wiki.organisation.status IS '[public]';
COMMENT ON COLUMN wiki.organisation.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON COLUMN wiki.organisation.name_key IS 'What lists are sorted by: the name in lower case without accents. [public]';
COMMENT ON CONSTRAINT organisation_name_length ON wiki.organisation IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT organisation_position_whole ON wiki.organisation IS 'A position has both latitude and longitude.';
COMMENT ON CONSTRAINT organisation_url ON wiki.organisation IS 'The website''s address begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT organisation_donate_url ON wiki.organisation IS 'The address for donations begins with http:// or https:// and has at most 500 characters.';
CREATE INDEX organisation_name_key ON wiki.organisation (name_key, id);
CREATE INDEX organisation_position ON wiki.organisation USING gist (point(position_lon, position_lat));

CREATE TABLE wiki.organisation_text (
  id uuid NOT NULL REFERENCES wiki.organisation ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  tagline text,
  description text,
  how_to_help text,
  PRIMARY KEY (id, lang),
  CONSTRAINT organisation_tagline_length CHECK (length(tagline) <= 200),
  CONSTRAINT organisation_description_length CHECK (length(description) <= 4000),
  CONSTRAINT organisation_how_to_help_length CHECK (length(how_to_help) <= 2000)
);
COMMENT ON TABLE wiki.organisation_text IS 'Texts of organisations by language.';
COMMENT ON COLUMN wiki.organisation_text.id IS 'The organisation. [public]';
COMMENT ON COLUMN wiki.organisation_text.lang IS 'Language of these texts. [public]';
COMMENT ON COLUMN wiki.organisation_text.tagline IS '[public]';
COMMENT ON COLUMN wiki.organisation_text.description IS '[public]';
COMMENT ON COLUMN wiki.organisation_text.how_to_help IS '[public]';
COMMENT ON CONSTRAINT organisation_tagline_length ON wiki.organisation_text IS 'The line below the name has at most 200 characters.';
COMMENT ON CONSTRAINT organisation_description_length ON wiki.organisation_text IS 'A description has at most 4,000 characters.';
COMMENT ON CONSTRAINT organisation_how_to_help_length ON wiki.organisation_text IS 'The text on how to help has at most 2,000 characters.';

CREATE TABLE wiki.organisation_system (
  organisation_id uuid NOT NULL REFERENCES wiki.organisation ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (organisation_id, system_id),
  UNIQUE (organisation_id, position)
);
COMMENT ON TABLE wiki.organisation_system IS 'Systems that an organisation looks after, owns, runs or serves.';
COMMENT ON COLUMN wiki.organisation_system.organisation_id IS '[public]';
COMMENT ON COLUMN wiki.organisation_system.system_id IS '[public]';
COMMENT ON COLUMN wiki.organisation_system.position IS '[public]';
CREATE INDEX organisation_system_system ON wiki.organisation_system (system_id, organisation_id);

CREATE TABLE wiki.organisation_member (
  organisation_id uuid NOT NULL REFERENCES wiki.organisation ON DELETE CASCADE,
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  role wiki.membership_role NOT NULL,
  since date NOT NULL DEFAULT current_date,
  PRIMARY KEY (organisation_id, rider_id)
);
COMMENT ON TABLE wiki.organisation_member IS 'Riders who said that they belong to an organisation: a declared interest, shown on both pages.';
COMMENT ON COLUMN wiki.organisation_member.organisation_id IS '[public]';
COMMENT ON COLUMN wiki.organisation_member.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.organisation_member.role IS '[public]';
COMMENT ON COLUMN wiki.organisation_member.since IS '[public]';
CREATE INDEX organisation_member_rider ON wiki.organisation_member (rider_id);

-- +goose Down
DROP TABLE wiki.organisation_member, wiki.organisation_system, wiki.organisation_text, wiki.organisation CASCADE;
DROP DOMAIN wiki.organisation_kind, wiki.membership_role;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'ORGANISATION';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'ORGANISATION';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'ORGANISATION';
DELETE FROM wiki.revision WHERE entity_kind = 'ORGANISATION';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'ORGANISATION';
DELETE FROM wiki.outbox WHERE entity_kind = 'ORGANISATION';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE'));
