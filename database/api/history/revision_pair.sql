CREATE FUNCTION api.revision_pair(actor jsonb, id uuid, from_id uuid)
RETURNS TABLE (side text, node json)
LANGUAGE sql STABLE
AS $$
  SELECT 'TO', n.node
  FROM api.revision_nodes(actor, true) n
  WHERE n.id = revision_pair.id
  UNION ALL
  SELECT 'FROM', f.node
  FROM api.revision_nodes(actor, true) n
  JOIN api.revision_nodes(actor, true) f
    ON f.id = coalesce(revision_pair.from_id, n.previous_id)
    AND f.entity_id = n.entity_id AND f.lang IS NOT DISTINCT FROM n.lang
  WHERE n.id = revision_pair.id
$$;
COMMENT ON FUNCTION api.revision_pair(jsonb, uuid, uuid) IS 'Two revisions of one chain to compare: row TO, and row FROM (the one named, or the one before) when there is one in the same chain.';
