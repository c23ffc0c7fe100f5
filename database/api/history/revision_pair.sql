CREATE FUNCTION api.revision_pair(actor jsonb, id uuid, from_id uuid)
RETURNS TABLE (side text, node json)
LANGUAGE sql STABLE
AS $$
  WITH asked AS MATERIALIZED (
    SELECT n.* FROM api.revision_nodes(actor, true) n WHERE n.id = revision_pair.id
  ), before AS MATERIALIZED (
    SELECT f.*
    FROM asked n
    JOIN api.revision_nodes(actor, true) f
      ON f.id = coalesce(revision_pair.from_id, n.previous_id)
      AND f.entity_id = n.entity_id AND f.lang IS NOT DISTINCT FROM n.lang
  ), named AS (
    -- As many, and as much of each, as fits a row beside the largest content.
    SELECT json_object_agg(x.id, x.name) AS names
    FROM (
      SELECT e.id, left(en.name, 40) AS name
      FROM (
        SELECT DISTINCT (regexp_matches(c.node ->> 'content', '"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g'))[1]::uuid AS id
        FROM (SELECT a.node FROM asked a UNION ALL SELECT b.node FROM before b) AS c
      ) AS m
      JOIN api.entity_row e ON e.id = m.id
      JOIN api.entity_name_row en ON en.id = m.id
      WHERE api.can_read(actor, e.state, e.visibility, e.created_by)
      ORDER BY e.id
      LIMIT 40
    ) AS x
  )
  SELECT 'TO', CASE WHEN d.names IS NULL THEN a.node ELSE (a.node::jsonb || jsonb_build_object('names', d.names))::json END
  FROM asked a
  CROSS JOIN named d
  UNION ALL
  SELECT 'FROM', b.node FROM before b
$$;
COMMENT ON FUNCTION api.revision_pair(jsonb, uuid, uuid) IS 'Two revisions of one chain to compare: row TO, and row FROM (the one named, or the one before) when there is one in the same chain. TO has the names of what either speaks of by its id, as far as the caller may know of it.';
