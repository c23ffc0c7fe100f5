-- Media: links to photos and films of a place, and what was taken down.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT', 'CLAIM', 'FACT_CHECK', 'REVIEW', 'MEDIA'));
ALTER DOMAIN wiki.entity_state DROP CONSTRAINT entity_state_check;
ALTER DOMAIN wiki.entity_state ADD CONSTRAINT entity_state_check
  CHECK (VALUE IN ('DRAFT', 'PUBLISHED', 'ARCHIVED', 'TAKEN_DOWN'));
COMMENT ON DOMAIN wiki.entity_state IS 'Whether readers see an entity: DRAFT, PUBLISHED, ARCHIVED, or TAKEN_DOWN (moderators alone).';
CREATE DOMAIN wiki.media_kind AS text CHECK (VALUE IN ('PHOTO', 'VIDEO'));
COMMENT ON DOMAIN wiki.media_kind IS 'Photo or film.';
CREATE DOMAIN wiki.media_storage AS text CHECK (VALUE IN ('LINKED'));
COMMENT ON DOMAIN wiki.media_storage IS 'Where a photo or film is kept.';
CREATE DOMAIN wiki.media_licence AS text CHECK (VALUE IN ('ALL_RIGHTS_RESERVED', 'CC0_1_0', 'CC_BY_4_0', 'CC_BY_SA_4_0',
  'CC_BY_NC_4_0', 'CC_BY_NC_SA_4_0', 'CC_BY_ND_4_0', 'CC_BY_NC_ND_4_0', 'OTHER_OPEN'));
COMMENT ON DOMAIN wiki.media_licence IS 'Under what terms others may use a photo or film.';
CREATE DOMAIN wiki.rights_basis AS text CHECK (VALUE IN ('OWN_WORK', 'PERMISSION', 'OPEN_LICENCE', 'LINK_ONLY'));
COMMENT ON DOMAIN wiki.rights_basis IS 'Why a photo or film may be here.';
CREATE DOMAIN wiki.people_shown AS text CHECK (VALUE IN ('NONE', 'NOT_RECOGNISABLE', 'WITH_CONSENT', 'WITHOUT_CONSENT'));
COMMENT ON DOMAIN wiki.people_shown IS 'Who can be seen in a photo or film.';

CREATE TABLE wiki.media (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('MEDIA') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  kind wiki.media_kind NOT NULL,
  storage wiki.media_storage NOT NULL,
  url text,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  caption text NOT NULL,
  showcase text,
  taken_on date,
  attribution text NOT NULL,
  licence wiki.media_licence NOT NULL,
  rights_basis wiki.rights_basis NOT NULL,
  people_shown wiki.people_shown NOT NULL,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT media_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT media_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')),
  CONSTRAINT media_url_there CHECK (storage <> 'LINKED' OR url IS NOT NULL),
  CONSTRAINT media_url CHECK (url ~ '^https?://[^/?#[:space:]]+' AND length(url) <= 500),
  CONSTRAINT media_caption_length CHECK (length(caption) BETWEEN 5 AND 300 AND caption = btrim(caption)),
  CONSTRAINT media_showcase_length CHECK (length(showcase) <= 300),
  CONSTRAINT media_taken_on CHECK (taken_on BETWEEN '1970-01-01' AND '2200-01-01'),
  CONSTRAINT media_attribution_length CHECK (length(attribution) BETWEEN 1 AND 120 AND attribution = btrim(attribution)),
  CONSTRAINT media_licence_open CHECK (rights_basis <> 'OPEN_LICENCE' OR licence <> 'ALL_RIGHTS_RESERVED'),
  CONSTRAINT media_people_shown CHECK (people_shown <> 'WITHOUT_CONSENT')
);
COMMENT ON TABLE wiki.media IS 'Photos and films of a system, trail or route: links to them.';
COMMENT ON COLUMN wiki.media.id IS '[public]';
COMMENT ON COLUMN wiki.media.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON COLUMN wiki.media.subject_id IS '[public]';
COMMENT ON COLUMN wiki.media.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.media.kind IS '[public]';
COMMENT ON COLUMN wiki.media.storage IS '[public]';
COMMENT ON COLUMN wiki.media.url IS '[public]';
COMMENT ON COLUMN wiki.media.lang IS '[public]';
COMMENT ON COLUMN wiki.media.caption IS '[public]';
COMMENT ON COLUMN wiki.media.showcase IS '[public]';
COMMENT ON COLUMN wiki.media.taken_on IS '[public]';
COMMENT ON COLUMN wiki.media.attribution IS '[public]';
COMMENT ON COLUMN wiki.media.licence IS '[public]';
COMMENT ON COLUMN wiki.media.rights_basis IS '[public]';
COMMENT ON COLUMN wiki.media.people_shown IS '[public]';
COMMENT ON CONSTRAINT media_subject ON wiki.media IS 'There is no such system, trail or route.';
COMMENT ON CONSTRAINT media_subject_kind ON wiki.media IS 'A photo or film shows a system, trail or route.';
COMMENT ON CONSTRAINT media_url_there ON wiki.media IS 'Paste the link: the address where the photo or film stands.';
COMMENT ON CONSTRAINT media_url ON wiki.media IS 'A link begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT media_caption_length ON wiki.media IS 'Say in 5 to 300 characters what is to be seen, and where.';
COMMENT ON CONSTRAINT media_showcase_length ON wiki.media IS 'What it shows well has at most 300 characters.';
COMMENT ON CONSTRAINT media_taken_on ON wiki.media IS 'It was taken on a day from 1970 on.';
COMMENT ON CONSTRAINT media_attribution_length ON wiki.media IS 'Say in 1 to 120 characters who made it.';
COMMENT ON CONSTRAINT media_licence_open ON wiki.media IS 'With all rights reserved it is under no open licence: name the licence, or say otherwise why it may be here.';
COMMENT ON CONSTRAINT media_people_shown ON wiki.media IS 'People who can be recognised must have agreed to be shown. Ask them, or choose another photo or film.';
CREATE INDEX media_of_subject ON wiki.media (subject_id);

CREATE TABLE wiki.media_condition (
  media_id uuid NOT NULL REFERENCES wiki.media ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'condition' CHECK (vocabulary = 'condition'),
  code text NOT NULL,
  PRIMARY KEY (media_id, code),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.media_condition IS 'Conditions that a photo or film was taken in.';
COMMENT ON COLUMN wiki.media_condition.media_id IS '[public]';
COMMENT ON COLUMN wiki.media_condition.vocabulary IS '[public]';
COMMENT ON COLUMN wiki.media_condition.code IS '[public]';

CREATE TABLE wiki.media_takedown (
  media_id uuid PRIMARY KEY REFERENCES wiki.media ON DELETE CASCADE,
  reason text NOT NULL,
  decided_by uuid REFERENCES wiki.rider,
  decided_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT media_takedown_reason CHECK (length(reason) BETWEEN 3 AND 500)
);
COMMENT ON TABLE wiki.media_takedown IS 'Why a photo or film was taken down, or what was asked of it; whether it is down says its entity''s state.';
COMMENT ON COLUMN wiki.media_takedown.media_id IS '[public]';
COMMENT ON COLUMN wiki.media_takedown.reason IS '[personal]';
COMMENT ON COLUMN wiki.media_takedown.decided_by IS '[personal]';
COMMENT ON COLUMN wiki.media_takedown.decided_at IS '[public]';
COMMENT ON CONSTRAINT media_takedown_reason ON wiki.media_takedown IS 'Say why, in 3 to 500 characters.';

-- +goose Down
DROP TABLE wiki.media_takedown, wiki.media_condition, wiki.media CASCADE;
DROP DOMAIN wiki.media_kind, wiki.media_storage, wiki.media_licence, wiki.rights_basis, wiki.people_shown;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.flag WHERE entity_kind = 'MEDIA';
DELETE FROM wiki.hidden_revision h USING wiki.revision r WHERE r.id = h.revision_id AND r.entity_kind = 'MEDIA';
DELETE FROM wiki.proposal WHERE entity_kind = 'MEDIA';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'MEDIA';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'MEDIA';
DELETE FROM wiki.revision WHERE entity_kind = 'MEDIA';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'MEDIA';
DELETE FROM wiki.outbox WHERE entity_kind = 'MEDIA';
ALTER DOMAIN wiki.entity_state DROP CONSTRAINT entity_state_check;
ALTER DOMAIN wiki.entity_state ADD CONSTRAINT entity_state_check
  CHECK (VALUE IN ('DRAFT', 'PUBLISHED', 'ARCHIVED'));
COMMENT ON DOMAIN wiki.entity_state IS 'Whether readers see an entity: DRAFT, PUBLISHED or ARCHIVED.';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT', 'CLAIM', 'FACT_CHECK', 'REVIEW'));
