CREATE FUNCTION api.watch_list(actor jsonb, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT w.entity_id AS id, (extract(epoch FROM w.since) * 1000000)::bigint || ':' || w.entity_id AS cursor,
      row_number() OVER (ORDER BY w.since DESC, w.entity_id) AS n
    FROM api.watch_row w
    JOIN api.entity_row e ON e.id = w.entity_id
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE w.rider_id = api.rider_id(actor) AND e.state <> 'ARCHIVED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
      AND (after IS NULL OR (w.since <= c.at AND (w.since < c.at OR w.entity_id > c.id)))
    ORDER BY w.since DESC, w.entity_id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.watch_nodes(actor) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.watch_list(jsonb, integer, text) IS 'What the caller watches and may read, the latest first, as Watch; at most first (1 to 101) rows after a cursor.';
