-- Comments: the discussion of a page.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT', 'COMMENT'));

CREATE TABLE wiki.comment (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('COMMENT') STORED,
  subject_id uuid NOT NULL,
  subject_kind wiki.entity_kind NOT NULL,
  reply_to_id uuid,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  body text NOT NULL,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT comment_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT comment_subject_kind CHECK (subject_kind NOT IN ('RIDER', 'TIP', 'SEASONAL_NOTICE', 'COMMENT', 'CLAIM', 'FACT_CHECK', 'REVIEW', 'MEDIA')),
  CONSTRAINT comment_in_discussion UNIQUE (id, subject_id),
  -- Deferred: a dump is restored in the order of ids.
  CONSTRAINT comment_reply FOREIGN KEY (reply_to_id, subject_id) REFERENCES wiki.comment (id, subject_id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT comment_reply_to_another CHECK (reply_to_id <> id),
  CONSTRAINT comment_body_length CHECK (length(body) BETWEEN 1 AND 2000 AND body = btrim(body))
);
COMMENT ON TABLE wiki.comment IS 'What riders say in the discussion of a page.';
COMMENT ON COLUMN wiki.comment.id IS '[public]';
COMMENT ON COLUMN wiki.comment.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON COLUMN wiki.comment.subject_id IS '[public]';
COMMENT ON COLUMN wiki.comment.subject_kind IS '[public]';
COMMENT ON COLUMN wiki.comment.reply_to_id IS '[public]';
COMMENT ON COLUMN wiki.comment.lang IS '[public]';
COMMENT ON COLUMN wiki.comment.body IS '[public]';
COMMENT ON CONSTRAINT comment_subject ON wiki.comment IS 'There is no such page.';
COMMENT ON CONSTRAINT comment_subject_kind ON wiki.comment IS 'A comment is about a page, not about a profile or what is said about a page.';
COMMENT ON CONSTRAINT comment_in_discussion ON wiki.comment IS 'A comment stands in one discussion.';
COMMENT ON CONSTRAINT comment_reply ON wiki.comment IS 'A reply answers a comment of the same discussion.';
COMMENT ON CONSTRAINT comment_reply_to_another ON wiki.comment IS 'A comment can''t answer itself.';
COMMENT ON CONSTRAINT comment_body_length ON wiki.comment IS 'A comment has 1 to 2,000 characters and no spaces around it.';
CREATE INDEX comment_of_subject ON wiki.comment (subject_id);
CREATE INDEX comment_of_comment ON wiki.comment (reply_to_id) WHERE reply_to_id IS NOT NULL;

-- +goose Down
DROP TABLE wiki.comment CASCADE;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'COMMENT';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'COMMENT';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'COMMENT';
DELETE FROM wiki.revision WHERE entity_kind = 'COMMENT';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'COMMENT';
DELETE FROM wiki.outbox WHERE entity_kind = 'COMMENT';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT'));
