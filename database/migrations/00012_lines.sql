-- Lines of open data in a short form for maps, and lines that riders propose.

-- +goose Up
ALTER TABLE wiki.layer_entity
  ADD COLUMN simplified jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN breaks integer[] NOT NULL DEFAULT '{}',
  ADD COLUMN point_count integer NOT NULL DEFAULT 0;

-- What was imported before: every so many points of each line and its ends, of the
-- first fifty lines. Importing again makes a better form.
WITH point AS (
  SELECT l.entity_id, l.source, q.n AS line, p.n, p.v, jsonb_array_length(q.v) AS points,
    ceil(sum(jsonb_array_length(q.v)) OVER (PARTITION BY l.entity_id, l.source, p.n = 1) / 100.0)::integer AS step
  FROM wiki.layer_entity l
  CROSS JOIN LATERAL jsonb_array_elements(l.lines) WITH ORDINALITY AS q (v, n)
  CROSS JOIN LATERAL jsonb_array_elements(q.v) WITH ORDINALITY AS p (v, n)
), every AS (
  SELECT entity_id, source, max(step) FILTER (WHERE n = 1) AS step, count(*) AS points
  FROM point
  GROUP BY entity_id, source
), kept AS (
  SELECT p.*, row_number() OVER (PARTITION BY p.entity_id, p.source ORDER BY p.line, p.n) - 1 AS k, e.points AS total
  FROM point p
  JOIN every e USING (entity_id, source)
  WHERE p.line <= 50 AND (p.n IN (1, p.points) OR p.n % e.step = 0)
), short AS (
  SELECT entity_id, source, jsonb_agg(v ORDER BY line, n) AS simplified,
    coalesce(array_agg(k::integer ORDER BY line) FILTER (WHERE n = 1 AND line > 1), '{}') AS breaks,
    max(total)::integer AS points
  FROM kept
  GROUP BY entity_id, source
)
UPDATE wiki.layer_entity l
SET simplified = s.simplified, breaks = s.breaks, point_count = s.points
FROM short s
WHERE l.entity_id = s.entity_id AND l.source = s.source;

ALTER TABLE wiki.layer_entity
  ADD CONSTRAINT layer_entity_simplified CHECK (jsonb_array_length(simplified) <= 200),
  ADD CONSTRAINT layer_entity_breaks CHECK (cardinality(breaks) <= 100),
  ADD CONSTRAINT layer_entity_points CHECK (point_count BETWEEN 0 AND 20000);
COMMENT ON COLUMN wiki.layer_entity.simplified IS 'At most 200 points of the lines, one behind the other, for maps.';
COMMENT ON COLUMN wiki.layer_entity.breaks IS 'Points of simplified, counted from 0, that another line begins with.';
COMMENT ON COLUMN wiki.layer_entity.point_count IS 'Points of all lines.';
COMMENT ON CONSTRAINT layer_entity_simplified ON wiki.layer_entity IS 'The short form of lines has at most 200 points.';
COMMENT ON CONSTRAINT layer_entity_breaks ON wiki.layer_entity IS 'The short form of lines has at most 101 pieces.';
COMMENT ON CONSTRAINT layer_entity_points ON wiki.layer_entity IS 'Lines of one entity have at most 20,000 points.';

CREATE TABLE wiki.proposal_line (
  proposal_id uuid PRIMARY KEY REFERENCES wiki.proposal ON DELETE CASCADE,
  coordinates jsonb NOT NULL,
  simplified jsonb NOT NULL,
  point_count integer NOT NULL,
  CONSTRAINT proposal_line_points CHECK (point_count BETWEEN 2 AND 20000 AND jsonb_array_length(coordinates) = point_count),
  CONSTRAINT proposal_line_simplified CHECK (jsonb_array_length(simplified) BETWEEN 2 AND 200)
);
COMMENT ON TABLE wiki.proposal_line IS 'Lines that proposals would give their trails, while they wait: GeoJSON coordinates in WGS84. A decided proposal keeps the fingerprint in its patch, and no line.';
COMMENT ON COLUMN wiki.proposal_line.simplified IS 'At most 200 of the points, for the map of the proposal.';
COMMENT ON CONSTRAINT proposal_line_points ON wiki.proposal_line IS 'A line has 2 to 20,000 points.';
COMMENT ON CONSTRAINT proposal_line_simplified ON wiki.proposal_line IS 'The short form of a line has 2 to 200 points.';

-- +goose Down
-- The code before knows no field line of a proposal and would pass over it.
UPDATE wiki.proposal SET state = 'REJECTED', decided_at = clock_timestamp(),
  decision_note = 'Taken out with the version of the program that knew proposed lines.'
WHERE state IN ('OPEN', 'HELD') AND patch ? 'line';
DROP TABLE wiki.proposal_line;
ALTER TABLE wiki.layer_entity DROP COLUMN simplified, DROP COLUMN breaks, DROP COLUMN point_count;
