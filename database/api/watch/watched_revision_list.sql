CREATE FUNCTION api.watched_revision_list(actor jsonb, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT r.id, w.page_id, r.created_at > w.seen_until AS unseen,
      (extract(epoch FROM r.created_at) * 1000000)::bigint || ':' || r.id AS cursor, row_number() OVER (ORDER BY r.created_at DESC, r.id) AS n
    FROM api.watched(actor) w
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    CROSS JOIN LATERAL (
      SELECT h.id, h.created_at
      FROM api.revision_head_row h
      WHERE h.entity_id = w.entity_id AND h.author IS DISTINCT FROM api.rider_id(actor)
        AND (after IS NULL OR (h.created_at <= c.at AND (h.created_at < c.at OR h.id > c.id)))
      ORDER BY h.created_at DESC, h.id
      LIMIT least(greatest(coalesce(first, 20), 1), 101)
    ) AS r
    ORDER BY r.created_at DESC, r.id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT json_build_object('revision', n.node, 'page', (SELECT x.node FROM api.watch_nodes(actor) x WHERE x.id = p.page_id), 'unseen', p.unseen), p.cursor
  FROM page p
  JOIN api.revision_nodes(actor, false) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.watched_revision_list(jsonb, integer, text) IS 'What others changed in what the caller watches, and said about it, newest first, as WatchedRevision; at most first (1 to 101) rows after a cursor.';
