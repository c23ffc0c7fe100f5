CREATE FUNCTION api.proposal_list(actor jsonb, entity uuid, state text, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT p.id, (extract(epoch FROM p.created_at) * 1000000)::bigint || ':' || p.id AS cursor,
      row_number() OVER (ORDER BY p.created_at DESC, p.id) AS n
    FROM api.proposal_nodes(actor) p
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE (
      (proposal_list.entity IS NOT NULL AND p.entity_id = proposal_list.entity)
      OR (proposal_list.entity IS NULL AND (
        p.author = api.rider_id(actor) OR (api.is_moderator(actor) AND (p.state IN ('OPEN', 'HELD') OR proposal_list.state IS NOT NULL))))
    )
    AND (proposal_list.state IS NULL OR p.state = proposal_list.state)
    AND (after IS NULL OR (p.created_at <= c.at AND (p.created_at < c.at OR p.id > c.id)))
    ORDER BY p.created_at DESC, p.id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.proposal_nodes(actor) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.proposal_list(jsonb, uuid, text, integer, text) IS 'Proposals of an entity; without one, for moderators all that wait (or are of the state asked for) and for everyone his own. Newest first, as Proposal; at most first (1 to 101) rows after a cursor.';
