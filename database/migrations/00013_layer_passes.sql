-- The trails that the lines of an imported route run over: who may not see one of
-- their places may not see it in the route's line either. What was imported before
-- says so once it is imported again.

-- +goose Up
ALTER TABLE wiki.layer_entity ADD COLUMN passes uuid[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN wiki.layer_entity.passes IS 'Routes: the trails of the wiki that the lines run over, all of them.';

-- What the legs say, as far as they are kept.
UPDATE wiki.layer_entity l
SET passes = g.trails
FROM (
  SELECT x.entity_id, x.source, array_agg(DISTINCT (v.leg ->> 'trailId')::uuid) AS trails
  FROM wiki.layer_entity x
  CROSS JOIN LATERAL jsonb_array_elements(x.profile -> 'legs') AS v (leg)
  WHERE jsonb_typeof(x.profile -> 'legs') = 'array' AND v.leg ? 'trailId'
  GROUP BY x.entity_id, x.source
) AS g
WHERE l.entity_id = g.entity_id AND l.source = g.source;

-- +goose Down
ALTER TABLE wiki.layer_entity DROP COLUMN passes;
