-- Reviews, and votes on what riders say.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT', 'CLAIM', 'FACT_CHECK', 'REVIEW'));
CREATE DOMAIN wiki.review_perspective AS text CHECK (VALUE IN ('LOCAL_RIDER', 'VISITOR'));
COMMENT ON DOMAIN wiki.review_perspective IS 'Who reviews: a local or a visitor.';
INSERT INTO wiki.setting (name, value, description) VALUES
  ('reviews.least', '3', 'How many riders of one kind (locals, visitors) must have rated something before their average is shown.');

CREATE TABLE wiki.review (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('REVIEW') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  rating integer NOT NULL,
  perspective wiki.review_perspective NOT NULL,
  ride_month text,
  conditions text,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT review_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT review_subject_kind CHECK (subject_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')),
  CONSTRAINT review_rating_range CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT review_ride_month CHECK (length(ride_month) <= 7 AND ride_month ~ '^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$'
    AND ride_month COLLATE "C" <= to_char((now() AT TIME ZONE 'UTC') + interval '1 day', 'YYYY-MM')),
  CONSTRAINT review_conditions_length CHECK (length(conditions) <= 120),
  CONSTRAINT review_body_length CHECK (length(body) BETWEEN 10 AND 1500 AND body = btrim(body))
);
COMMENT ON TABLE wiki.review IS 'What riders found of systems, trails and routes that they rode.';
COMMENT ON COLUMN wiki.review.id IS '[public]';
COMMENT ON COLUMN wiki.review.subject_id IS '[public]';
COMMENT ON COLUMN wiki.review.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.review.rating IS '[public]';
COMMENT ON COLUMN wiki.review.perspective IS '[public]';
COMMENT ON COLUMN wiki.review.ride_month IS '[public]';
COMMENT ON COLUMN wiki.review.conditions IS '[public]';
COMMENT ON COLUMN wiki.review.lang IS '[public]';
COMMENT ON COLUMN wiki.review.body IS '[public]';
COMMENT ON COLUMN wiki.review.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON CONSTRAINT review_subject ON wiki.review IS 'There is no such system, trail or route.';
COMMENT ON CONSTRAINT review_subject_kind ON wiki.review IS 'A review is about a system, trail or route.';
COMMENT ON CONSTRAINT review_rating_range ON wiki.review IS 'A rating is a number from 1 to 5.';
COMMENT ON CONSTRAINT review_ride_month ON wiki.review IS 'The month of a ride is this one or one before, such as 2026-09.';
COMMENT ON CONSTRAINT review_conditions_length ON wiki.review IS 'Conditions have at most 120 characters.';
COMMENT ON CONSTRAINT review_body_length ON wiki.review IS 'A review has 10 to 1,500 characters and no spaces around it.';
CREATE INDEX review_of_subject ON wiki.review (subject_id);

CREATE TABLE wiki.vote (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  rider_id uuid NOT NULL REFERENCES wiki.rider,
  up boolean NOT NULL,
  voted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (entity_id, rider_id)
);
COMMENT ON TABLE wiki.vote IS 'Who votes for or against what. In no dump, and not in copies for other stages.';
COMMENT ON COLUMN wiki.vote.entity_id IS '[public]';
COMMENT ON COLUMN wiki.vote.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.vote.up IS 'For it; false: against it. [public]';
COMMENT ON COLUMN wiki.vote.voted_at IS '[public]';
COMMENT ON CONSTRAINT vote_pkey ON wiki.vote IS 'A rider has one vote.';
CREATE INDEX vote_of_rider ON wiki.vote (rider_id);

CREATE TABLE wiki.vote_count (
  entity_id uuid PRIMARY KEY REFERENCES wiki.entity ON DELETE CASCADE,
  up integer NOT NULL DEFAULT 0,
  down integer NOT NULL DEFAULT 0,
  CONSTRAINT vote_count_numbers CHECK (up >= 0 AND down >= 0)
);
COMMENT ON TABLE wiki.vote_count IS 'How many votes there are, counted as they are cast. A dump has it, the votes themselves stay: so there may be more than rows of wiki.vote.';
COMMENT ON COLUMN wiki.vote_count.entity_id IS '[public]';
COMMENT ON COLUMN wiki.vote_count.up IS '[public]';
COMMENT ON COLUMN wiki.vote_count.down IS '[public]';
COMMENT ON CONSTRAINT vote_count_numbers ON wiki.vote_count IS 'Votes are counted from 0.';

-- +goose Down
DROP TABLE wiki.vote_count, wiki.vote, wiki.review CASCADE;
DROP DOMAIN wiki.review_perspective;
DELETE FROM wiki.setting WHERE name = 'reviews.least';
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'REVIEW';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'REVIEW';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'REVIEW';
DELETE FROM wiki.revision WHERE entity_kind = 'REVIEW';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'REVIEW';
DELETE FROM wiki.outbox WHERE entity_kind = 'REVIEW';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT', 'CLAIM', 'FACT_CHECK'));
