-- Claims, and the checks that riders make of them.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT', 'CLAIM', 'FACT_CHECK'));
CREATE DOMAIN wiki.claim_verdict AS text CHECK (VALUE IN ('UNCHECKED', 'VERIFIED', 'DISPUTED', 'REFUTED', 'OUTDATED'));
COMMENT ON DOMAIN wiki.claim_verdict IS 'What fact checks make of a claim.';
CREATE DOMAIN wiki.check_method AS text CHECK (VALUE IN ('PERSONAL_EXPERIENCE', 'LOCAL_KNOWLEDGE', 'OFFICIAL_SOURCE', 'COMMUNITY_CONSENSUS'));
COMMENT ON DOMAIN wiki.check_method IS 'How a claim was checked.';
CREATE DOMAIN wiki.check_result AS text CHECK (VALUE IN ('VERIFIED', 'INCORRECT', 'PARTLY_CORRECT', 'OUTDATED', 'CANNOT_VERIFY'));
COMMENT ON DOMAIN wiki.check_result IS 'What came out of a check.';

INSERT INTO wiki.setting (name, value, description) VALUES
  ('claims.months', '24', 'After how many months a check of a claim is too old, so that the claim needs another.'),
  ('freshness.points', '{"fresh_days": 365, "gone_days": 2190, "unchecked": 50, "disputed": 20}',
   'Points of what an article rests on: 100 up to fresh_days, falling to 0 at gone_days; at most unchecked for a claim that nobody has checked; disputed for one that riders disagree about.');

CREATE TABLE wiki.claim (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('CLAIM') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  field text,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  source text,
  url text,
  date date,
  basis wiki.basis NOT NULL DEFAULT 'LOCAL',
  valid_until date,
  verdict wiki.claim_verdict NOT NULL DEFAULT 'UNCHECKED',
  checked_on date,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT claim_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT claim_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')),
  CONSTRAINT claim_field CHECK (field ~ '^[a-z][A-Za-z]{0,40}$'),
  CONSTRAINT claim_body_length CHECK (length(body) BETWEEN 5 AND 500 AND body = btrim(body)),
  CONSTRAINT claim_source_length CHECK (length(source) <= 200),
  CONSTRAINT claim_url CHECK (url ~ '^https?://' AND length(url) <= 500),
  CONSTRAINT claim_date CHECK (date BETWEEN '1900-01-01' AND (now() AT TIME ZONE 'UTC')::date + 1),
  CONSTRAINT claim_valid_until CHECK (valid_until BETWEEN '1900-01-01' AND '2200-01-01' AND (date IS NULL OR valid_until >= date)),
  CONSTRAINT claim_checked CHECK ((verdict = 'UNCHECKED') = (checked_on IS NULL))
);
COMMENT ON TABLE wiki.claim IS 'Facts stated about systems, trails and routes, for others to check.';
COMMENT ON COLUMN wiki.claim.id IS '[public]';
COMMENT ON COLUMN wiki.claim.subject_id IS '[public]';
COMMENT ON COLUMN wiki.claim.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.claim.field IS '[public]';
COMMENT ON COLUMN wiki.claim.lang IS '[public]';
COMMENT ON COLUMN wiki.claim.body IS '[public]';
COMMENT ON COLUMN wiki.claim.source IS '[public]';
COMMENT ON COLUMN wiki.claim.url IS '[public]';
COMMENT ON COLUMN wiki.claim.date IS '[public]';
COMMENT ON COLUMN wiki.claim.basis IS '[public]';
COMMENT ON COLUMN wiki.claim.valid_until IS '[public]';
COMMENT ON COLUMN wiki.claim.verdict IS 'Kept by wiki.refresh_claim. [public]';
COMMENT ON COLUMN wiki.claim.checked_on IS 'Kept by wiki.refresh_claim. [public]';
COMMENT ON COLUMN wiki.claim.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON CONSTRAINT claim_subject ON wiki.claim IS 'There is no such system, trail or route.';
COMMENT ON CONSTRAINT claim_subject_kind ON wiki.claim IS 'A claim is about a system, trail or route.';
COMMENT ON CONSTRAINT claim_field ON wiki.claim IS 'A claim supports one fact of the page, or none in particular.';
COMMENT ON CONSTRAINT claim_body_length ON wiki.claim IS 'A claim has 5 to 500 characters and no spaces around it.';
COMMENT ON CONSTRAINT claim_source_length ON wiki.claim IS 'A source has at most 200 characters.';
COMMENT ON CONSTRAINT claim_url ON wiki.claim IS 'The address of a source begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT claim_date ON wiki.claim IS 'A source was read, or a thing seen, today or before.';
COMMENT ON CONSTRAINT claim_valid_until ON wiki.claim IS 'A claim holds until the day that it is from, or later; leave it empty when nobody knows.';
COMMENT ON CONSTRAINT claim_checked ON wiki.claim IS 'What was checked has the day of its check, and nothing else has.';
CREATE INDEX claim_of_subject ON wiki.claim (subject_id);

CREATE TABLE wiki.fact_check (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('FACT_CHECK') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  method wiki.check_method NOT NULL,
  result wiki.check_result NOT NULL,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  url text,
  checked_on date NOT NULL,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT fact_check_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT fact_check_subject_kind CHECK (subject_kind = 'CLAIM'),
  CONSTRAINT fact_check_body_length CHECK (length(body) BETWEEN 5 AND 600 AND body = btrim(body)),
  CONSTRAINT fact_check_url CHECK (url ~ '^https?://' AND length(url) <= 500),
  CONSTRAINT fact_check_checked_on CHECK (checked_on BETWEEN '2000-01-01' AND (now() AT TIME ZONE 'UTC')::date + 1)
);
COMMENT ON TABLE wiki.fact_check IS 'Checks of claims.';
COMMENT ON COLUMN wiki.fact_check.id IS '[public]';
COMMENT ON COLUMN wiki.fact_check.subject_id IS '[public]';
COMMENT ON COLUMN wiki.fact_check.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.fact_check.method IS '[public]';
COMMENT ON COLUMN wiki.fact_check.result IS '[public]';
COMMENT ON COLUMN wiki.fact_check.lang IS '[public]';
COMMENT ON COLUMN wiki.fact_check.body IS '[public]';
COMMENT ON COLUMN wiki.fact_check.url IS '[public]';
COMMENT ON COLUMN wiki.fact_check.checked_on IS '[public]';
COMMENT ON COLUMN wiki.fact_check.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON CONSTRAINT fact_check_subject ON wiki.fact_check IS 'There is no such claim.';
COMMENT ON CONSTRAINT fact_check_subject_kind ON wiki.fact_check IS 'What is checked is a claim.';
COMMENT ON CONSTRAINT fact_check_body_length ON wiki.fact_check IS 'Evidence has 5 to 600 characters and no spaces around it.';
COMMENT ON CONSTRAINT fact_check_url ON wiki.fact_check IS 'The address of evidence begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT fact_check_checked_on ON wiki.fact_check IS 'A claim was checked today or before.';
CREATE INDEX fact_check_of_claim ON wiki.fact_check (subject_id);

-- +goose Down
DROP TABLE wiki.fact_check, wiki.claim CASCADE;
DROP DOMAIN wiki.claim_verdict, wiki.check_method, wiki.check_result;
DELETE FROM wiki.setting WHERE name IN ('claims.months', 'freshness.points');
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind IN ('CLAIM', 'FACT_CHECK');
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind IN ('CLAIM', 'FACT_CHECK');
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind IN ('CLAIM', 'FACT_CHECK');
DELETE FROM wiki.revision WHERE entity_kind IN ('CLAIM', 'FACT_CHECK');
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind IN ('CLAIM', 'FACT_CHECK');
DELETE FROM wiki.outbox WHERE entity_kind IN ('CLAIM', 'FACT_CHECK');
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT'));
