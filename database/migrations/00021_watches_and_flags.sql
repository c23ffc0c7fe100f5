-- What riders keep an eye on, and what they report.

-- +goose Up
CREATE TABLE wiki.watch (
  rider_id uuid NOT NULL REFERENCES wiki.rider,
  entity_id uuid NOT NULL REFERENCES wiki.entity ON DELETE CASCADE,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (rider_id, entity_id)
);
COMMENT ON TABLE wiki.watch IS 'Who watches which page; nobody''s business but his.';
COMMENT ON COLUMN wiki.watch.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.watch.entity_id IS '[public]';
COMMENT ON COLUMN wiki.watch.since IS '[public]';
CREATE INDEX watch_entity ON wiki.watch (entity_id);

CREATE TABLE wiki.watch_reading (
  rider_id uuid PRIMARY KEY REFERENCES wiki.rider,
  seen_until timestamptz NOT NULL
);
COMMENT ON TABLE wiki.watch_reading IS 'Up to when a rider has seen the changes of what he watches.';
COMMENT ON COLUMN wiki.watch_reading.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.watch_reading.seen_until IS '[public]';

CREATE DOMAIN wiki.flag_reason AS text CHECK (VALUE IN ('SPAM', 'VANDALISM', 'WRONG', 'DANGEROUS', 'RIGHTS', 'ABUSE', 'OTHER'));
COMMENT ON DOMAIN wiki.flag_reason IS 'What is wrong, as a rider sees it.';
CREATE DOMAIN wiki.flag_state AS text CHECK (VALUE IN ('OPEN', 'ACCEPTED', 'REJECTED'));
COMMENT ON DOMAIN wiki.flag_state IS 'What became of a report.';

CREATE TABLE wiki.flag (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  rider_id uuid NOT NULL REFERENCES wiki.rider,
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  revision_id uuid REFERENCES wiki.revision,
  reason wiki.flag_reason NOT NULL,
  note text,
  state wiki.flag_state NOT NULL DEFAULT 'OPEN',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_at timestamptz,
  decided_by uuid REFERENCES wiki.rider,
  decision_note text,
  FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT flag_note_length CHECK (length(note) BETWEEN 1 AND 500),
  CONSTRAINT flag_other_says_what CHECK (reason <> 'OTHER' OR note IS NOT NULL),
  CONSTRAINT flag_decision_note_length CHECK (length(decision_note) BETWEEN 1 AND 500),
  CONSTRAINT flag_decided CHECK ((state = 'OPEN') = (decided_at IS NULL))
);
COMMENT ON TABLE wiki.flag IS 'What riders reported to the moderators; nobody else knows who did.';
COMMENT ON COLUMN wiki.flag.id IS '[public]';
COMMENT ON COLUMN wiki.flag.rider_id IS '[personal]';
COMMENT ON COLUMN wiki.flag.entity_id IS '[public]';
COMMENT ON COLUMN wiki.flag.entity_kind IS '[public]';
COMMENT ON COLUMN wiki.flag.revision_id IS '[public]';
COMMENT ON COLUMN wiki.flag.reason IS '[public]';
COMMENT ON COLUMN wiki.flag.note IS '[personal]';
COMMENT ON COLUMN wiki.flag.state IS '[public]';
COMMENT ON COLUMN wiki.flag.created_at IS '[public]';
COMMENT ON COLUMN wiki.flag.decided_at IS '[public]';
COMMENT ON COLUMN wiki.flag.decided_by IS '[public]';
COMMENT ON COLUMN wiki.flag.decision_note IS '[personal]';
COMMENT ON CONSTRAINT flag_note_length ON wiki.flag IS 'What is wrong is said in at most 500 characters.';
COMMENT ON CONSTRAINT flag_other_says_what ON wiki.flag IS 'Say what is wrong: no reason of the list tells.';
COMMENT ON CONSTRAINT flag_decision_note_length ON wiki.flag IS 'The answer to a report has at most 500 characters.';
COMMENT ON CONSTRAINT flag_decided ON wiki.flag IS 'A report is open until it is decided.';
CREATE UNIQUE INDEX flag_open_once ON wiki.flag (rider_id, entity_id, coalesce(revision_id, '00000000-0000-0000-0000-000000000000')) WHERE state = 'OPEN';
COMMENT ON INDEX wiki.flag_open_once IS 'You have reported this already; a moderator will look at it.';
CREATE INDEX flag_recent ON wiki.flag (state, created_at DESC, id);
CREATE INDEX flag_rider ON wiki.flag (rider_id, created_at DESC);
CREATE INDEX flag_entity ON wiki.flag (entity_id, created_at DESC);

-- +goose Down
DROP TABLE wiki.flag, wiki.watch, wiki.watch_reading CASCADE;
DROP DOMAIN wiki.flag_reason, wiki.flag_state;
