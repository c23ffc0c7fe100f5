-- Which synthetic data was made, so that it can be made again and taken out.

-- +goose Up
CREATE TABLE wiki.synthetic_batch (
  seed bigint PRIMARY KEY,
  systems integer NOT NULL,
  trails integer NOT NULL,
  regions integer NOT NULL,
  riders integer NOT NULL,
  first_id uuid NOT NULL,
  last_id uuid NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT synthetic_batch_numbers CHECK (seed >= 0 AND systems >= 1 AND trails >= 0 AND regions >= 1 AND riders >= 1),
  CONSTRAINT synthetic_batch_ids CHECK (first_id < last_id)
);
COMMENT ON TABLE wiki.synthetic_batch IS 'Synthetic data that is in this database: what package synthetic was asked for. Written and deleted with the data, in one transaction.';
COMMENT ON COLUMN wiki.synthetic_batch.first_id IS 'Every entity and revision of the batch has an id from first_id to last_id, and nothing else has.';
COMMENT ON CONSTRAINT synthetic_batch_pkey ON wiki.synthetic_batch IS 'Synthetic data of one seed is there once.';
COMMENT ON CONSTRAINT synthetic_batch_numbers ON wiki.synthetic_batch IS 'A batch has a system, a region and a rider at least.';
COMMENT ON CONSTRAINT synthetic_batch_ids ON wiki.synthetic_batch IS 'The ids of a batch are a range.';

-- +goose Down
-- The data itself goes with its tables, or by `mtbwiki seed clean` before.
DROP TABLE wiki.synthetic_batch;
