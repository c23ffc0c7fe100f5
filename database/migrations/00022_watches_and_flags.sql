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

-- +goose Down
DROP TABLE wiki.watch, wiki.watch_reading CASCADE;
