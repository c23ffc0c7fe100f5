-- What a rider keeps for himself: rides, how hard he found them, and which of two
-- trails he found harder. No entities: no revisions, no events, in no dump, and
-- deleted for good when he says so. What counts over riders is read from them.

-- +goose Up
CREATE DOMAIN wiki.season_of_year AS text CHECK (VALUE IN ('SPRING', 'SUMMER', 'AUTUMN', 'WINTER'));
COMMENT ON DOMAIN wiki.season_of_year IS 'Seasons; which months they are depends on the hemisphere.';
CREATE DOMAIN wiki.ride_outcome AS text CHECK (VALUE IN ('CLEAN', 'DABS', 'WALKED_PART'));
COMMENT ON DOMAIN wiki.ride_outcome IS 'How a ride went.';
CREATE DOMAIN wiki.label_seen AS text CHECK (VALUE IN ('YES', 'NO', 'UNKNOWN'));
COMMENT ON DOMAIN wiki.label_seen IS 'Whether a rider knew the label before he rated.';
CREATE DOMAIN wiki.verdict AS text CHECK (VALUE IN ('HARDER', 'EASIER', 'SAME'));
COMMENT ON DOMAIN wiki.verdict IS 'How a trail compares with another one.';

CREATE TABLE wiki.ride (
  id uuid PRIMARY KEY,
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  direction wiki.line_direction NOT NULL,
  ridden_on date,
  year integer,
  month wiki.month,
  season wiki.season_of_year,
  sort_day date NOT NULL GENERATED ALWAYS AS (coalesce(ridden_on, make_date(year, coalesce(month,
    CASE season WHEN 'SPRING' THEN 4 WHEN 'SUMMER' THEN 7 WHEN 'AUTUMN' THEN 10 ELSE 1 END), 1))) STORED,
  bike_class wiki.bike_class,
  outcome wiki.ride_outcome,
  note text,
  archived boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ride_when CHECK ((ridden_on IS NULL) = (year IS NOT NULL)
    AND (ridden_on IS NULL OR (month IS NULL AND season IS NULL)) AND (month IS NULL OR season IS NULL)),
  CONSTRAINT ride_years CHECK (ridden_on BETWEEN '1970-01-01' AND '2199-12-31' AND year BETWEEN 1970 AND 2199),
  CONSTRAINT ride_note_length CHECK (length(note) BETWEEN 1 AND 1000)
);
COMMENT ON TABLE wiki.ride IS 'Rides, each its rider''s own.';
COMMENT ON COLUMN wiki.ride.id IS '[personal]';
COMMENT ON COLUMN wiki.ride.rider_id IS 'Whose it is, and nobody else''s to read. [personal]';
COMMENT ON COLUMN wiki.ride.trail_id IS '[personal]';
COMMENT ON COLUMN wiki.ride.direction IS 'Along the trail''s line or against it. [personal]';
COMMENT ON COLUMN wiki.ride.ridden_on IS 'The day; null: year, and month or season, say when. [personal]';
COMMENT ON COLUMN wiki.ride.year IS '[personal]';
COMMENT ON COLUMN wiki.ride.month IS '[personal]';
COMMENT ON COLUMN wiki.ride.season IS '[personal]';
COMMENT ON COLUMN wiki.ride.sort_day IS 'What rides are sorted by: the day, or the first day of what is known; seasons as in the north. [personal]';
COMMENT ON COLUMN wiki.ride.bike_class IS '[personal]';
COMMENT ON COLUMN wiki.ride.outcome IS '[personal]';
COMMENT ON COLUMN wiki.ride.note IS 'To himself. [personal]';
COMMENT ON COLUMN wiki.ride.archived IS 'Put away: its ratings don''t count. [personal]';
COMMENT ON COLUMN wiki.ride.version IS 'Counts changes, those of its ratings too. [personal]';
COMMENT ON COLUMN wiki.ride.created_at IS '[personal]';
COMMENT ON COLUMN wiki.ride.updated_at IS '[personal]';
COMMENT ON CONSTRAINT ride_when ON wiki.ride IS 'Say when it was: the day, or the year with a month or a season, not both.';
COMMENT ON CONSTRAINT ride_years ON wiki.ride IS 'A ride was in 1970 or later.';
COMMENT ON CONSTRAINT ride_note_length ON wiki.ride IS 'A note has at most 1,000 characters.';
CREATE INDEX ride_of_rider ON wiki.ride (rider_id, sort_day DESC, id);
CREATE INDEX ride_of_trail ON wiki.ride (trail_id, rider_id);

CREATE TABLE wiki.ride_condition (
  ride_id uuid NOT NULL REFERENCES wiki.ride ON DELETE CASCADE,
  vocabulary text NOT NULL DEFAULT 'condition',
  code text NOT NULL,
  PRIMARY KEY (ride_id, code),
  FOREIGN KEY (vocabulary, code) REFERENCES wiki.term,
  CONSTRAINT ride_condition_vocabulary CHECK (vocabulary = 'condition')
);
COMMENT ON TABLE wiki.ride_condition IS 'What the trail was like on a ride.';
COMMENT ON COLUMN wiki.ride_condition.ride_id IS '[personal]';
COMMENT ON COLUMN wiki.ride_condition.vocabulary IS 'Constant. [public]';
COMMENT ON COLUMN wiki.ride_condition.code IS '[personal]';

CREATE TABLE wiki.perceived_rating (
  ride_id uuid NOT NULL REFERENCES wiki.ride ON DELETE CASCADE,
  axis wiki.axis NOT NULL,
  category integer NOT NULL,
  posted_labels text[] NOT NULL DEFAULT '{}',
  label_seen wiki.label_seen NOT NULL,
  question_version integer NOT NULL,
  rated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (ride_id, axis),
  CONSTRAINT rating_category CHECK (category BETWEEN 0 AND 4),
  CONSTRAINT rating_posted_labels CHECK (cardinality(posted_labels) <= 12),
  CONSTRAINT rating_question_version CHECK (question_version BETWEEN 1 AND 1000)
);
COMMENT ON TABLE wiki.perceived_rating IS 'How hard a rider found a trail on one axis, 0 like a white trail to 4 like a double black one.';
COMMENT ON COLUMN wiki.perceived_rating.ride_id IS '[personal]';
COMMENT ON COLUMN wiki.perceived_rating.axis IS '[personal]';
COMMENT ON COLUMN wiki.perceived_rating.category IS 'The step on the common scale of labels, 0 to 4. [personal]';
COMMENT ON COLUMN wiki.perceived_rating.posted_labels IS 'Labels stated for the trail in this direction when it was rated, system:label, the first one first. [personal]';
COMMENT ON COLUMN wiki.perceived_rating.label_seen IS 'Whether he knew them before. [personal]';
COMMENT ON COLUMN wiki.perceived_rating.question_version IS 'Which wording was answered. [personal]';
COMMENT ON COLUMN wiki.perceived_rating.rated_at IS '[personal]';
COMMENT ON CONSTRAINT rating_category ON wiki.perceived_rating IS 'A rating is one of five steps: 0 (white), 1 (green), 2 (blue), 3 (black), 4 (double black).';
COMMENT ON CONSTRAINT rating_posted_labels ON wiki.perceived_rating IS 'At most 12 labels are kept.';
COMMENT ON CONSTRAINT rating_question_version ON wiki.perceived_rating IS 'The wordings of the question are counted from 1.';

CREATE TABLE wiki.comparison (
  id uuid PRIMARY KEY,
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  axis wiki.axis NOT NULL,
  trail_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  other_id uuid NOT NULL REFERENCES wiki.trail ON DELETE CASCADE,
  verdict wiki.verdict NOT NULL,
  question_version integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  compared_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT comparison_pair UNIQUE (rider_id, axis, trail_id, other_id),
  CONSTRAINT comparison_order CHECK (trail_id < other_id),
  CONSTRAINT comparison_question_version CHECK (question_version BETWEEN 1 AND 1000)
);
COMMENT ON TABLE wiki.comparison IS 'Which of two trails a rider found harder; the one with the lesser id stands first.';
COMMENT ON COLUMN wiki.comparison.id IS '[personal]';
COMMENT ON COLUMN wiki.comparison.rider_id IS 'Whose it is, and nobody else''s to read. [personal]';
COMMENT ON COLUMN wiki.comparison.axis IS '[personal]';
COMMENT ON COLUMN wiki.comparison.trail_id IS '[personal]';
COMMENT ON COLUMN wiki.comparison.other_id IS '[personal]';
COMMENT ON COLUMN wiki.comparison.verdict IS 'How the trail compares with the other one. [personal]';
COMMENT ON COLUMN wiki.comparison.question_version IS 'Which wording was answered. [personal]';
COMMENT ON COLUMN wiki.comparison.version IS '[personal]';
COMMENT ON COLUMN wiki.comparison.compared_at IS '[personal]';
COMMENT ON CONSTRAINT comparison_pair ON wiki.comparison IS 'A rider has one answer for each axis and pair of trails.';
COMMENT ON CONSTRAINT comparison_order ON wiki.comparison IS 'Two different trails are compared.';
COMMENT ON CONSTRAINT comparison_question_version ON wiki.comparison IS 'The wordings of the question are counted from 1.';
CREATE INDEX comparison_recent ON wiki.comparison (rider_id, compared_at DESC, id);
CREATE INDEX comparison_trail ON wiki.comparison (trail_id);
CREATE INDEX comparison_other ON wiki.comparison (other_id);

-- What is a person's alone goes with the person; the pseudonym stays for what he wrote.
-- +goose StatementBegin
CREATE FUNCTION wiki.forget_rides() RETURNS trigger
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM wiki.comparison c WHERE c.rider_id = OLD.rider_id;
  DELETE FROM wiki.ride r WHERE r.rider_id = OLD.rider_id;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.forget_rides() IS 'Deletes the rides and comparisons of a person who is erased.';
CREATE TRIGGER person_takes_rides AFTER DELETE ON wiki.person
  FOR EACH ROW EXECUTE FUNCTION wiki.forget_rides();

-- +goose Down
DROP TRIGGER person_takes_rides ON wiki.person;
DROP FUNCTION wiki.forget_rides();
DROP TABLE wiki.comparison, wiki.perceived_rating, wiki.ride_condition, wiki.ride CASCADE;
DROP DOMAIN wiki.season_of_year, wiki.ride_outcome, wiki.label_seen, wiki.verdict;
