-- Votes on what riders say.

-- +goose Up
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
DROP TABLE wiki.vote_count, wiki.vote CASCADE;
