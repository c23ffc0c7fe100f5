-- Trips that riders plan: each his own, read by others through a link at most.

-- +goose Up
CREATE TABLE wiki.trip (
  id uuid PRIMARY KEY,
  rider_id uuid NOT NULL REFERENCES wiki.rider ON DELETE CASCADE,
  title text NOT NULL,
  question jsonb,
  starts_on date,
  ends_on date,
  days jsonb NOT NULL DEFAULT '[]',
  members jsonb NOT NULL DEFAULT '[]',
  link_hash bytea,
  shares_members boolean NOT NULL DEFAULT false,
  looked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  archived boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT trip_title_length CHECK (length(title) BETWEEN 1 AND 120 AND title = btrim(title)),
  CONSTRAINT trip_question_size CHECK (jsonb_typeof(question) = 'object' AND octet_length(question::text) <= 4000),
  CONSTRAINT trip_dates CHECK (starts_on BETWEEN '2000-01-01' AND '2199-12-31' AND (ends_on IS NULL OR ends_on BETWEEN starts_on AND starts_on + 366)),
  CONSTRAINT trip_end_has_start CHECK (ends_on IS NULL OR starts_on IS NOT NULL),
  CONSTRAINT trip_days_size CHECK (jsonb_typeof(days) = 'array' AND jsonb_array_length(days) <= 21 AND octet_length(days::text) <= 12000),
  CONSTRAINT trip_members_size CHECK (jsonb_typeof(members) = 'array' AND jsonb_array_length(members) <= 12 AND octet_length(members::text) <= 12000),
  CONSTRAINT trip_link_hash CHECK (length(link_hash) = 32)
);
COMMENT ON TABLE wiki.trip IS 'Trips, each its rider''s own.';
COMMENT ON COLUMN wiki.trip.id IS '[personal]';
COMMENT ON COLUMN wiki.trip.rider_id IS 'Whose it is, and nobody else''s to read but by the link. [personal]';
COMMENT ON COLUMN wiki.trip.title IS '[personal]';
COMMENT ON COLUMN wiki.trip.question IS 'What was asked of discovery, as DiscoverInput. [personal]';
COMMENT ON COLUMN wiki.trip.starts_on IS '[personal]';
COMMENT ON COLUMN wiki.trip.ends_on IS '[personal]';
COMMENT ON COLUMN wiki.trip.days IS 'The plan: [{date, note, systemIds, routeIds}]. [personal]';
COMMENT ON COLUMN wiki.trip.members IS 'Who comes along: [{nickname, skill, fitness, childrenAges, adaptiveNeeds}]. [personal]';
COMMENT ON COLUMN wiki.trip.link_hash IS 'SHA-256 of the token in the link; the token itself is kept nowhere. [personal]';
COMMENT ON COLUMN wiki.trip.shares_members IS 'The link tells of the members too. [personal]';
COMMENT ON COLUMN wiki.trip.looked_at IS 'When its rider last looked at what changed. [personal]';
COMMENT ON COLUMN wiki.trip.archived IS '[personal]';
COMMENT ON COLUMN wiki.trip.version IS '[personal]';
COMMENT ON COLUMN wiki.trip.created_at IS '[personal]';
COMMENT ON COLUMN wiki.trip.updated_at IS '[personal]';
COMMENT ON CONSTRAINT trip_title_length ON wiki.trip IS 'A title has 1 to 120 characters.';
COMMENT ON CONSTRAINT trip_question_size ON wiki.trip IS 'A saved question has at most 4,000 bytes.';
COMMENT ON CONSTRAINT trip_dates ON wiki.trip IS 'A trip ends on the day that it begins, or later, within a year.';
COMMENT ON CONSTRAINT trip_end_has_start ON wiki.trip IS 'A trip that has a last day has a first one.';
COMMENT ON CONSTRAINT trip_days_size ON wiki.trip IS 'A plan has at most 21 days, and with all notes at most 12,000 bytes. Shorten some.';
COMMENT ON CONSTRAINT trip_members_size ON wiki.trip IS 'At most 12 people come along, with at most 12,000 bytes of what they need.';
CREATE INDEX trip_of_rider ON wiki.trip (rider_id, updated_at DESC, id);
CREATE UNIQUE INDEX trip_link ON wiki.trip (link_hash) WHERE link_hash IS NOT NULL;
COMMENT ON INDEX wiki.trip_link IS 'Two trips can''t have one link.';

-- +goose StatementBegin
CREATE FUNCTION wiki.forget_trips() RETURNS trigger
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM wiki.trip t WHERE t.rider_id = OLD.rider_id;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.forget_trips() IS 'Deletes the trips of a person who is erased.';
CREATE TRIGGER person_takes_trips AFTER DELETE ON wiki.person
  FOR EACH ROW EXECUTE FUNCTION wiki.forget_trips();

-- +goose Down
DROP TRIGGER person_takes_trips ON wiki.person;
DROP FUNCTION wiki.forget_trips();
DROP TABLE wiki.trip CASCADE;
