-- What the wiki does with its own pages: proposals accepted in part, versions hidden,
-- pages protected, purged and merged, and who names whom.

-- +goose Up
ALTER TABLE wiki.proposal ADD COLUMN left_out text[]
  CONSTRAINT proposal_left_out CHECK (cardinality(left_out) BETWEEN 1 AND 60);
COMMENT ON COLUMN wiki.proposal.left_out IS 'Fields of the patch that the moderator left as they were. [public]';
COMMENT ON CONSTRAINT proposal_left_out ON wiki.proposal IS 'A decision leaves out 1 to 60 fields.';

CREATE TABLE wiki.hidden_revision (
  revision_id uuid PRIMARY KEY REFERENCES wiki.revision,
  reason text NOT NULL,
  hidden_by uuid REFERENCES wiki.rider,
  hidden_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT hidden_revision_reason CHECK (length(reason) BETWEEN 1 AND 500)
);
COMMENT ON TABLE wiki.hidden_revision IS 'Versions whose content and comment a moderator took out of sight. Deleting a row shows them again.';
COMMENT ON COLUMN wiki.hidden_revision.revision_id IS '[public]';
COMMENT ON COLUMN wiki.hidden_revision.reason IS '[personal]';
COMMENT ON COLUMN wiki.hidden_revision.hidden_by IS '[personal]';
COMMENT ON COLUMN wiki.hidden_revision.hidden_at IS '[public]';
COMMENT ON CONSTRAINT hidden_revision_reason ON wiki.hidden_revision IS 'A reason has 1 to 500 characters.';

CREATE TABLE wiki.protection (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  until timestamptz NOT NULL,
  reason text NOT NULL,
  protected_by uuid REFERENCES wiki.rider,
  protected_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted_at timestamptz,
  lifted_by uuid REFERENCES wiki.rider,
  CONSTRAINT protection_until CHECK (until > protected_at AND until <= protected_at + interval '5 years'),
  CONSTRAINT protection_reason CHECK (length(reason) BETWEEN 1 AND 500),
  CONSTRAINT protection_lifted CHECK (lifted_at >= protected_at AND (lifted_by IS NULL OR lifted_at IS NOT NULL))
);
COMMENT ON TABLE wiki.protection IS 'When and why a page was protected. What holds now is wiki.entity.protected_until.';
COMMENT ON COLUMN wiki.protection.id IS '[public]';
COMMENT ON COLUMN wiki.protection.entity_id IS '[public]';
COMMENT ON COLUMN wiki.protection.until IS '[public]';
COMMENT ON COLUMN wiki.protection.reason IS '[public]';
COMMENT ON COLUMN wiki.protection.protected_by IS '[public]';
COMMENT ON COLUMN wiki.protection.protected_at IS '[public]';
COMMENT ON COLUMN wiki.protection.lifted_at IS 'Before its time; null: it ran out or still holds. [public]';
COMMENT ON COLUMN wiki.protection.lifted_by IS '[public]';
COMMENT ON CONSTRAINT protection_until ON wiki.protection IS 'A protection ends later than now and within five years.';
COMMENT ON CONSTRAINT protection_reason ON wiki.protection IS 'A reason has 1 to 500 characters.';
COMMENT ON CONSTRAINT protection_lifted ON wiki.protection IS 'A protection is lifted after it began.';
CREATE INDEX protection_entity ON wiki.protection (entity_id, protected_at DESC);

ALTER TABLE wiki.entity ADD COLUMN purged_at timestamptz
  CONSTRAINT entity_purged CHECK (purged_at IS NULL OR state = 'ARCHIVED');
COMMENT ON COLUMN wiki.entity.purged_at IS 'When its content was erased for good; the row and the envelopes of its history stay. [public]';
COMMENT ON CONSTRAINT entity_purged ON wiki.entity IS 'Only what was put away is purged.';
CREATE INDEX entity_merged_into ON wiki.entity (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX slug_entity ON wiki.slug (entity_id);

CREATE TABLE wiki.reference (
  source_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  field text NOT NULL,
  target_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  PRIMARY KEY (source_id, field, target_id),
  CONSTRAINT reference_field CHECK (field ~ '^[a-z][A-Za-z]{0,40}$'),
  CONSTRAINT reference_other CHECK (source_id <> target_id)
);
COMMENT ON TABLE wiki.reference IS 'Which entity names which other in which of its facts; follows from the newest facts, written with them.';
COMMENT ON COLUMN wiki.reference.source_id IS '[public]';
COMMENT ON COLUMN wiki.reference.field IS '[public]';
COMMENT ON COLUMN wiki.reference.target_id IS '[public]';
COMMENT ON CONSTRAINT reference_field ON wiki.reference IS 'A field is called by its name.';
COMMENT ON CONSTRAINT reference_other ON wiki.reference IS 'Nothing is mentioned by itself.';
CREATE INDEX reference_target ON wiki.reference (target_id);

CREATE TABLE wiki.text_link (
  source_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  kind text NOT NULL,
  slug wiki.slug_text NOT NULL,
  PRIMARY KEY (source_id, lang, kind, slug),
  CONSTRAINT text_link_kind CHECK (kind ~ '^[A-Z][A-Z_]{0,40}$')
);
COMMENT ON TABLE wiki.text_link IS 'Addresses of pages that texts link to, such as /trails/daydream; follows from the newest texts, written with them. The page need not be there.';
COMMENT ON COLUMN wiki.text_link.source_id IS '[public]';
COMMENT ON COLUMN wiki.text_link.lang IS '[public]';
COMMENT ON COLUMN wiki.text_link.kind IS 'Kind that the address stands for. [public]';
COMMENT ON COLUMN wiki.text_link.slug IS '[public]';
COMMENT ON CONSTRAINT text_link_kind ON wiki.text_link IS 'A kind is called as in wiki.entity_kind.';
CREATE INDEX text_link_address ON wiki.text_link (kind, slug);

-- What stands there already, as wiki.fill_references would find it.
WITH newest AS (
  SELECT DISTINCT ON (r.entity_id, r.lang) r.entity_id, r.lang, c.content
  FROM wiki.revision r
  JOIN wiki.revision_content c ON c.revision_id = r.id
  WHERE r.entity_kind <> 'RIDER' AND r.lang IS NULL
  ORDER BY r.entity_id, r.lang, r.number DESC
)
INSERT INTO wiki.reference (source_id, field, target_id)
SELECT DISTINCT n.entity_id, f.key, t.id
FROM newest n
CROSS JOIN jsonb_each(coalesce(n.content, '{}')) AS f
CROSS JOIN regexp_matches(f.value::text, '"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g') AS m
JOIN wiki.entity t ON t.id = m[1]::uuid AND t.id <> n.entity_id
WHERE f.key ~ '^[a-z][A-Za-z]{0,40}$';
WITH newest AS (
  SELECT DISTINCT ON (r.entity_id, r.lang) r.entity_id, r.lang, c.content
  FROM wiki.revision r
  JOIN wiki.revision_content c ON c.revision_id = r.id
  WHERE r.entity_kind <> 'RIDER' AND r.lang IS NOT NULL
  ORDER BY r.entity_id, r.lang, r.number DESC
)
INSERT INTO wiki.text_link (source_id, lang, kind, slug)
SELECT DISTINCT n.entity_id, n.lang,
  CASE m[1] WHEN 'comparisons' THEN 'REGIONAL_COMPARISON' ELSE upper(replace(left(m[1], -1), '-', '_')) END, m[2]
FROM newest n
CROSS JOIN regexp_matches(n.content::text, '\]\(/([a-z][a-z-]{1,30}s)/([a-z0-9]+(?:-[a-z0-9]+)*)[)#? ]', 'g') AS m
WHERE length(m[2]) <= 100;

-- +goose Down
DROP TABLE wiki.text_link, wiki.reference, wiki.protection, wiki.hidden_revision;
DROP INDEX wiki.slug_entity, wiki.entity_merged_into;
ALTER TABLE wiki.entity DROP COLUMN purged_at;
ALTER TABLE wiki.proposal DROP COLUMN left_out;
