-- What the wiki does with its own pages: proposals accepted in part.

-- +goose Up
ALTER TABLE wiki.proposal ADD COLUMN left_out text[]
  CONSTRAINT proposal_left_out CHECK (cardinality(left_out) BETWEEN 1 AND 60);
COMMENT ON COLUMN wiki.proposal.left_out IS 'Fields of the patch that the moderator left as they were. [public]';
COMMENT ON CONSTRAINT proposal_left_out ON wiki.proposal IS 'A decision leaves out 1 to 60 fields.';

-- +goose Down
ALTER TABLE wiki.proposal DROP COLUMN left_out;
