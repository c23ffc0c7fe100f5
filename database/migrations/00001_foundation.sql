-- What everything else stands on: schemas, domains, vocabularies, entities with
-- their revisions, proposals, riders, audit log and outbox.

-- +goose Up
CREATE SCHEMA extensions;
COMMENT ON SCHEMA extensions IS 'Contrib extensions, apart from our own objects.';
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE EXTENSION unaccent SCHEMA extensions;
CREATE EXTENSION cube SCHEMA extensions;

CREATE SCHEMA wiki;
COMMENT ON SCHEMA wiki IS 'Tables and inner functions. The API has no right here.';
CREATE SCHEMA api;
COMMENT ON SCHEMA api IS 'What the API may use: views to read, functions to write.';
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Closed vocabularies. Their members are the enum values of the GraphQL schema;
-- a test compares the two.
CREATE DOMAIN wiki.entity_state AS text CHECK (VALUE IN ('DRAFT', 'PUBLISHED', 'ARCHIVED'));
COMMENT ON DOMAIN wiki.entity_state IS 'Whether readers see an entity: DRAFT, PUBLISHED or ARCHIVED.';
CREATE DOMAIN wiki.entity_kind AS text CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER'));
COMMENT ON DOMAIN wiki.entity_kind IS 'Kinds of entities.';
CREATE DOMAIN wiki.visibility AS text CHECK (VALUE IN ('PUBLIC', 'PUBLIC_WITH_WARNING', 'NAME_ONLY', 'HIDDEN'));
COMMENT ON DOMAIN wiki.visibility IS 'How much of a place the public sees.';
CREATE DOMAIN wiki.basis AS text CHECK (VALUE IN ('MEASURED', 'IMPORTED', 'OFFICIAL', 'LOCAL', 'EDITORIAL_ESTIMATE'));
COMMENT ON DOMAIN wiki.basis IS 'What a fact rests on.';
CREATE DOMAIN wiki.revision_kind AS text CHECK (VALUE IN ('CREATE', 'EDIT', 'REVERT', 'MERGE', 'IMPORT', 'ARCHIVE', 'RESTORE'));
COMMENT ON DOMAIN wiki.revision_kind IS 'Why a revision was written.';
CREATE DOMAIN wiki.proposal_state AS text CHECK (VALUE IN ('OPEN', 'HELD', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'));
COMMENT ON DOMAIN wiki.proposal_state IS 'How far a proposal has come.';
CREATE DOMAIN wiki.article_status AS text CHECK (VALUE IN ('STUB', 'OUTLINE', 'USABLE', 'GUIDE'));
COMMENT ON DOMAIN wiki.article_status IS 'How complete an article is.';
CREATE DOMAIN wiki.season_verdict AS text CHECK (VALUE IN ('GO', 'RISKY', 'AVOID', 'CLOSED'));
COMMENT ON DOMAIN wiki.season_verdict IS 'Whether to ride in a month.';
CREATE DOMAIN wiki.bike_class AS text CHECK (VALUE IN ('MTB', 'PEDELEC_25', 'E_MTB_CLASS_1', 'E_MTB_CLASS_2', 'E_MTB_CLASS_3', 'ADAPTIVE'));
COMMENT ON DOMAIN wiki.bike_class IS 'Classes of bikes that access rules tell apart.';
CREATE DOMAIN wiki.access_verdict AS text CHECK (VALUE IN ('ALLOWED', 'PERMIT', 'FORBIDDEN', 'UNKNOWN'));
COMMENT ON DOMAIN wiki.access_verdict IS 'Whether a class of bikes may ride.';
CREATE DOMAIN wiki.standing AS text CHECK (VALUE IN ('SANCTIONED', 'TOLERATED', 'UNSANCTIONED', 'UNKNOWN'));
COMMENT ON DOMAIN wiki.standing IS 'Whether trails are sanctioned by who owns the land.';
CREATE DOMAIN wiki.riding_style AS text CHECK (VALUE IN ('XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW'));
COMMENT ON DOMAIN wiki.riding_style IS 'Styles of riding.';
CREATE DOMAIN wiki.skill_level AS text CHECK (VALUE IN ('LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'));
COMMENT ON DOMAIN wiki.skill_level IS 'Skill of riders, as they say themselves.';
CREATE DOMAIN wiki.fitness_level AS text CHECK (VALUE IN ('CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'));
COMMENT ON DOMAIN wiki.fitness_level IS 'Fitness of riders, as they say themselves.';
CREATE DOMAIN wiki.axis AS text CHECK (VALUE IN ('TECHNICAL_CLIMBING', 'TECHNICAL_DESCENDING', 'AIR', 'CONSEQUENCE', 'FITNESS'));
COMMENT ON DOMAIN wiki.axis IS 'Axes of difficulty.';
CREATE DOMAIN wiki.units AS text CHECK (VALUE IN ('METRIC', 'IMPERIAL'));
COMMENT ON DOMAIN wiki.units IS 'Units to show lengths and heights in; stored ones are metric.';

CREATE DOMAIN wiki.slug_text AS text CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(VALUE) <= 100);
COMMENT ON DOMAIN wiki.slug_text IS 'The name of an entity in an address: lower-case letters, digits and hyphens, at most 100.';
CREATE DOMAIN wiki.lang_tag AS text CHECK (VALUE ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND length(VALUE) <= 35);
COMMENT ON DOMAIN wiki.lang_tag IS 'A language by BCP 47, such as en or pt-BR.';
CREATE DOMAIN wiki.mark AS double precision CHECK (VALUE BETWEEN 0 AND 5);
COMMENT ON DOMAIN wiki.mark IS 'A mark from 0 to 5, halves and less allowed.';
CREATE DOMAIN wiki.latitude AS double precision CHECK (VALUE BETWEEN -90 AND 90);
COMMENT ON DOMAIN wiki.latitude IS 'Degrees north of the equator, WGS84.';
CREATE DOMAIN wiki.longitude AS double precision CHECK (VALUE BETWEEN -180 AND 180);
COMMENT ON DOMAIN wiki.longitude IS 'Degrees east of Greenwich, WGS84.';
CREATE DOMAIN wiki.month AS integer CHECK (VALUE BETWEEN 1 AND 12);
COMMENT ON DOMAIN wiki.month IS 'A month by number, 1 for January.';

CREATE TABLE wiki.vocabulary (
  name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z-]{0,40}$'),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
  description text NOT NULL CHECK (length(description) <= 500),
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1)
);
COMMENT ON TABLE wiki.vocabulary IS 'Vocabularies: seeded from content/vocabularies, versioned, editable by admins.';

CREATE TABLE wiki.term (
  vocabulary text NOT NULL REFERENCES wiki.vocabulary,
  code text NOT NULL CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9+ :_-]{0,40}$'),
  position integer NOT NULL CHECK (position >= 1),
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 120),
  description text CHECK (length(description) <= 1000),
  term_group text CHECK (length(term_group) <= 60),
  common text CHECK (common IN ('white', 'green', 'blue', 'black', 'double-black')),
  valid_from date,
  valid_until date,
  PRIMARY KEY (vocabulary, code),
  UNIQUE (vocabulary, position),
  CHECK (valid_until IS NULL OR valid_from IS NULL OR valid_until > valid_from)
);
COMMENT ON TABLE wiki.term IS 'Members of the vocabularies in their order.';
COMMENT ON COLUMN wiki.term.term_group IS 'Group inside the vocabulary, such as surface among the character tags; the label system of a label.';
COMMENT ON COLUMN wiki.term.common IS 'IMBA colour that stands for it on the common scale, for display.';
COMMENT ON COLUMN wiki.term.valid_from IS 'ISO codes change: first day of validity.';

CREATE TABLE wiki.entity (
  id uuid PRIMARY KEY,
  kind wiki.entity_kind NOT NULL,
  state wiki.entity_state NOT NULL DEFAULT 'PUBLISHED',
  visibility wiki.visibility NOT NULL DEFAULT 'PUBLIC',
  version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
  original_lang wiki.lang_tag NOT NULL DEFAULT 'en',
  synthetic boolean NOT NULL DEFAULT false,
  featured_from date,
  featured_until date,
  protected_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by uuid,
  merged_into uuid REFERENCES wiki.entity,
  UNIQUE (id, kind),
  CHECK (featured_until IS NULL OR featured_until > featured_from),
  CHECK (merged_into IS NULL OR state = 'ARCHIVED')
);
COMMENT ON TABLE wiki.entity IS 'What every entity has: kind, state, visibility, version. The facts stand in the table of its kind.';
COMMENT ON COLUMN wiki.entity.version IS 'Counts its revisions; an edit names the version it was made from.';
COMMENT ON COLUMN wiki.entity.original_lang IS 'Language of the texts that translations follow.';
COMMENT ON COLUMN wiki.entity.synthetic IS 'Invented, and shown so wherever it appears.';
CREATE INDEX entity_kind_updated ON wiki.entity (kind, updated_at DESC, id);
CREATE INDEX entity_created_by ON wiki.entity (created_by) WHERE created_by IS NOT NULL;

CREATE TABLE wiki.slug (
  kind wiki.entity_kind NOT NULL,
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  slug wiki.slug_text NOT NULL,
  entity_id uuid NOT NULL,
  current boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, lang, slug),
  FOREIGN KEY (entity_id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wiki.slug IS 'Slugs by language; old ones stay and redirect.';
CREATE UNIQUE INDEX slug_current ON wiki.slug (entity_id, lang) WHERE current;

CREATE TABLE wiki.rider (
  id uuid PRIMARY KEY,
  kind text NOT NULL GENERATED ALWAYS AS ('RIDER') STORED,
  name text NOT NULL,
  about text,
  years_riding integer,
  home_region_id uuid,
  skill wiki.skill_level,
  fitness wiki.fitness_level,
  bike_class wiki.bike_class,
  units wiki.units NOT NULL DEFAULT 'METRIC',
  FOREIGN KEY (id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT rider_name_length CHECK (length(name) BETWEEN 1 AND 60 AND name = btrim(name)),
  CONSTRAINT rider_about_length CHECK (length(about) <= 1000),
  CONSTRAINT rider_years_riding CHECK (years_riding BETWEEN 0 AND 90)
);
COMMENT ON TABLE wiki.rider IS 'Public profiles. A rider is a pseudonym: what identifies a person stands in wiki.person.';
COMMENT ON COLUMN wiki.rider.kind IS 'Constant: only an entity of this kind can have such facts.';
COMMENT ON CONSTRAINT rider_name_length ON wiki.rider IS 'A name has 1 to 60 characters and no spaces around it.';
COMMENT ON CONSTRAINT rider_about_length ON wiki.rider IS 'The text about you has at most 1,000 characters.';
COMMENT ON CONSTRAINT rider_years_riding ON wiki.rider IS 'Years riding lie between 0 and 90.';

CREATE TABLE wiki.rider_style (
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  style wiki.riding_style NOT NULL,
  PRIMARY KEY (rider_id, style)
);
COMMENT ON TABLE wiki.rider_style IS 'Styles a rider likes.';

CREATE TABLE wiki.rider_avoid (
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'character-tag' CHECK (vocabulary = 'character-tag'),
  code text NOT NULL,
  PRIMARY KEY (rider_id, code),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term
);
COMMENT ON TABLE wiki.rider_avoid IS 'Character tags a rider would rather not meet.';

CREATE TABLE wiki.person (
  rider_id uuid PRIMARY KEY REFERENCES wiki.rider,
  subject text NOT NULL UNIQUE CHECK (length(subject) BETWEEN 1 AND 200),
  username text CHECK (length(username) <= 200),
  blocked_until timestamptz,
  blocked_reason text CHECK (length(blocked_reason) <= 500),
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE wiki.person IS 'Who signs in as a rider. The one erasable table: deleting a row leaves the pseudonym.';
COMMENT ON COLUMN wiki.person.subject IS 'Claim sub of the user pool; never matched by e-mail.';

ALTER TABLE wiki.entity
  ADD CONSTRAINT entity_created_by_rider FOREIGN KEY (created_by) REFERENCES wiki.rider,
  ADD CONSTRAINT entity_updated_by_rider FOREIGN KEY (updated_by) REFERENCES wiki.rider;

CREATE TABLE wiki.revision (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  number integer NOT NULL CHECK (number >= 1),
  lang wiki.lang_tag,
  kind wiki.revision_kind NOT NULL,
  author uuid REFERENCES wiki.rider,
  comment text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  size integer NOT NULL CHECK (size >= 0),
  salt bytea NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  licence text NOT NULL DEFAULT 'CC-BY-SA-4.0',
  terms_version integer NOT NULL DEFAULT 1,
  previous_id uuid REFERENCES wiki.revision,
  based_on_lang wiki.lang_tag,
  based_on_number integer,
  UNIQUE (entity_id, number),
  FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT revision_comment_length CHECK (length(comment) <= 300)
);
COMMENT ON TABLE wiki.revision IS 'Revision envelopes: who changed what and when. Never updated, never deleted.';
COMMENT ON COLUMN wiki.revision.lang IS 'Null: the facts; otherwise the language whose texts changed.';
COMMENT ON COLUMN wiki.revision.hash IS 'SHA-256 of salt and content, so that redacted content can still be proved.';
COMMENT ON COLUMN wiki.revision.previous_id IS 'The revision before it in the same chain (facts, or texts of one language).';
COMMENT ON COLUMN wiki.revision.based_on_lang IS 'A translation: the language it was made from.';
COMMENT ON COLUMN wiki.revision.based_on_number IS 'A translation: the revision of that language it was made from.';
COMMENT ON CONSTRAINT revision_comment_length ON wiki.revision IS 'A comment on an edit has at most 300 characters.';
CREATE INDEX revision_chain ON wiki.revision (entity_id, lang, number DESC);
CREATE INDEX revision_recent ON wiki.revision (created_at DESC, id);
CREATE INDEX revision_author ON wiki.revision (author, created_at DESC);

CREATE TABLE wiki.revision_content (
  revision_id uuid PRIMARY KEY REFERENCES wiki.revision,
  content jsonb,
  redacted_reason text CHECK (length(redacted_reason) BETWEEN 1 AND 500),
  CHECK ((content IS NULL) = (redacted_reason IS NOT NULL))
);
COMMENT ON TABLE wiki.revision_content IS 'Content of a revision, in the schema''s spelling. Only a recorded redaction may empty it.';

CREATE TABLE wiki.redaction (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  revision_id uuid NOT NULL REFERENCES wiki.revision,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  decided_by uuid REFERENCES wiki.rider,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE wiki.redaction IS 'Journal of erasures, replayed after every restore, clone and dump.';

CREATE TABLE wiki.fact_basis (
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  field text NOT NULL CHECK (field ~ '^(\*|[a-z][A-Za-z]{0,40})$'),
  basis wiki.basis NOT NULL,
  source text CHECK (length(source) <= 200),
  url text CHECK (url ~ '^https?://' AND length(url) <= 500),
  dated date,
  valid_until date,
  licence text CHECK (length(licence) <= 60),
  PRIMARY KEY (entity_id, field)
);
COMMENT ON TABLE wiki.fact_basis IS 'What each fact rests on. No row: nobody has said.';
COMMENT ON COLUMN wiki.fact_basis.dated IS 'When the source was read or the measurement made.';

CREATE TABLE wiki.proposal (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  base_version integer NOT NULL CHECK (base_version >= 0),
  lang wiki.lang_tag NOT NULL DEFAULT 'en',
  patch jsonb NOT NULL,
  author uuid NOT NULL REFERENCES wiki.rider,
  state wiki.proposal_state NOT NULL DEFAULT 'OPEN',
  comment text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_at timestamptz,
  decided_by uuid REFERENCES wiki.rider,
  decision_note text,
  revision_id uuid REFERENCES wiki.revision,
  FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity (id, kind),
  CONSTRAINT proposal_patch_size CHECK (jsonb_typeof(patch) = 'object' AND length(patch::text) <= 40000),
  CONSTRAINT proposal_comment_length CHECK (length(comment) <= 300),
  CONSTRAINT proposal_note_length CHECK (length(decision_note) <= 500),
  CONSTRAINT proposal_decided CHECK ((state IN ('ACCEPTED', 'REJECTED', 'WITHDRAWN')) = (decided_at IS NOT NULL)),
  CONSTRAINT proposal_published CHECK (revision_id IS NULL OR state = 'ACCEPTED')
);
COMMENT ON TABLE wiki.proposal IS 'Changes not yet published, several per entity.';
COMMENT ON CONSTRAINT proposal_patch_size ON wiki.proposal IS 'A proposal is an object of at most 40,000 characters.';
COMMENT ON CONSTRAINT proposal_comment_length ON wiki.proposal IS 'A comment has at most 300 characters.';
COMMENT ON CONSTRAINT proposal_note_length ON wiki.proposal IS 'A note on a decision has at most 500 characters.';
CREATE INDEX proposal_waiting ON wiki.proposal (created_at, id) WHERE state IN ('OPEN', 'HELD');
CREATE INDEX proposal_entity ON wiki.proposal (entity_id, created_at DESC);
CREATE INDEX proposal_author ON wiki.proposal (author, created_at DESC);

CREATE TABLE wiki.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor uuid REFERENCES wiki.rider,
  action text NOT NULL CHECK (length(action) <= 60),
  entity_id uuid,
  detail jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE wiki.audit_log IS 'Every use case that changed something. Never updated, never deleted.';

CREATE TABLE wiki.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  topic text NOT NULL CHECK (length(topic) <= 60),
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  revision_id uuid,
  visibility wiki.visibility NOT NULL
);
COMMENT ON TABLE wiki.outbox IS 'Events written with the change they tell of; a publisher drains them in order, at least once.';

CREATE TABLE wiki.setting (
  name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z.-]{0,60}$'),
  value jsonb NOT NULL,
  description text NOT NULL
);
COMMENT ON TABLE wiki.setting IS 'Rules that are data: weights, limits, publishing policy.';

-- +goose StatementBegin
CREATE FUNCTION wiki.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% of %.% is not allowed: it is a record', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.refuse_change() IS 'Keeps records as they were written.';
CREATE TRIGGER revision_is_a_record BEFORE UPDATE OR DELETE ON wiki.revision
  FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_is_kept BEFORE TRUNCATE ON wiki.revision
  FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER audit_log_is_a_record BEFORE UPDATE OR DELETE ON wiki.audit_log
  FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON wiki.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER redaction_is_a_record BEFORE UPDATE OR DELETE ON wiki.redaction
  FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER redaction_is_kept BEFORE TRUNCATE ON wiki.redaction
  FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();

-- Content may only be emptied, with a reason, once.
CREATE TRIGGER revision_content_is_a_record BEFORE DELETE ON wiki.revision_content
  FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_content_is_only_emptied BEFORE UPDATE ON wiki.revision_content
  FOR EACH ROW WHEN (NOT (
    new.revision_id = old.revision_id AND old.content IS NOT NULL AND new.content IS NULL AND new.redacted_reason IS NOT NULL))
  EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_content_is_kept BEFORE TRUNCATE ON wiki.revision_content
  FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();

-- Sorting, searching and slugs ignore case and accents.
-- +goose StatementBegin
CREATE FUNCTION wiki.plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$ SELECT lower(extensions.unaccent('extensions.unaccent'::regdictionary, value)) $$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.plain(text) IS 'Lower case without accents. Immutable by our word: unaccent depends on a rules file only.';

-- +goose Down
DROP SCHEMA wiki CASCADE;
DROP SCHEMA api CASCADE;
DROP SCHEMA extensions CASCADE;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
