-- Seasonal notices: what is different for a while.

-- +goose Up
-- Functions for background jobs (mtbwiki_jobs alone may run them).
CREATE SCHEMA jobs;

ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE'));
CREATE DOMAIN wiki.notice_kind AS text CHECK (VALUE IN ('CLOSURE', 'TRAIL_CHANGE', 'NEW_FEATURE', 'EVENT'));
COMMENT ON DOMAIN wiki.notice_kind IS 'What a notice tells of.';
CREATE DOMAIN wiki.notice_severity AS text CHECK (VALUE IN ('INFO', 'IMPORTANT', 'CRITICAL'));
COMMENT ON DOMAIN wiki.notice_severity IS 'How much a notice matters.';

CREATE TABLE wiki.seasonal_notice (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('SEASONAL_NOTICE') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  kind wiki.notice_kind NOT NULL,
  severity wiki.notice_severity NOT NULL,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  url text,
  basis wiki.basis NOT NULL DEFAULT 'LOCAL',
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT notice_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT notice_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')),
  CONSTRAINT notice_body_length CHECK (length(body) BETWEEN 5 AND 600 AND body = btrim(body)),
  CONSTRAINT notice_days CHECK (starts_on BETWEEN '2000-01-01' AND '2200-01-01' AND (ends_on IS NULL OR ends_on BETWEEN starts_on AND '2200-01-01')),
  CONSTRAINT notice_url CHECK (url ~ '^https?://' AND length(url) <= 500)
);
COMMENT ON TABLE wiki.seasonal_notice IS 'Closures, changes, new features and events of a system, trail or route.';
COMMENT ON COLUMN wiki.seasonal_notice.id IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.subject_id IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.kind IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.severity IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.lang IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.body IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.starts_on IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.ends_on IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.url IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.basis IS '[public]';
COMMENT ON COLUMN wiki.seasonal_notice.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON CONSTRAINT notice_subject ON wiki.seasonal_notice IS 'There is no such system, trail or route.';
COMMENT ON CONSTRAINT notice_subject_kind ON wiki.seasonal_notice IS 'A notice is about a system, trail or route.';
COMMENT ON CONSTRAINT notice_body_length ON wiki.seasonal_notice IS 'A notice has 5 to 600 characters and no spaces around it.';
COMMENT ON CONSTRAINT notice_days ON wiki.seasonal_notice IS 'A notice ends on the day that it begins, or later; leave the end empty when nobody knows it.';
COMMENT ON CONSTRAINT notice_url ON wiki.seasonal_notice IS 'The official page''s address begins with http:// or https:// and has at most 500 characters.';
CREATE INDEX notice_of_subject ON wiki.seasonal_notice (subject_id);
CREATE INDEX notice_end ON wiki.seasonal_notice (ends_on) WHERE ends_on IS NOT NULL;

CREATE TABLE wiki.notice_confirmation (
  notice_id uuid NOT NULL REFERENCES wiki.seasonal_notice ON DELETE CASCADE,
  rider_id uuid NOT NULL REFERENCES wiki.rider,
  confirmed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (notice_id, rider_id)
);
COMMENT ON TABLE wiki.notice_confirmation IS 'Who found a notice still true, and when last.';
COMMENT ON COLUMN wiki.notice_confirmation.notice_id IS '[public]';
COMMENT ON COLUMN wiki.notice_confirmation.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.notice_confirmation.confirmed_at IS '[public]';

-- +goose Down
DROP SCHEMA jobs CASCADE;
DROP TABLE wiki.notice_confirmation, wiki.seasonal_notice CASCADE;
DROP DOMAIN wiki.notice_kind, wiki.notice_severity;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'SEASONAL_NOTICE';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'SEASONAL_NOTICE';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'SEASONAL_NOTICE';
DELETE FROM wiki.revision WHERE entity_kind = 'SEASONAL_NOTICE';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'SEASONAL_NOTICE';
DELETE FROM wiki.outbox WHERE entity_kind = 'SEASONAL_NOTICE';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON'));
