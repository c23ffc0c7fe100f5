-- Two branches rather than one condition with OR: each has the index it needs, and
-- the planner skips the one that is not asked for.
CREATE FUNCTION api.revision_list(actor jsonb, entity uuid, first integer, after text, with_content boolean DEFAULT true)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    (
      SELECT r.id, r.number::text AS cursor, row_number() OVER (ORDER BY r.number DESC) AS n
      FROM api.revision_row r
      JOIN api.history_row e ON e.id = r.entity_id
      WHERE revision_list.entity IS NOT NULL AND r.entity_id = revision_list.entity
        AND api.can_read(actor, e.state, e.visibility, e.created_by)
        AND (after IS NULL OR r.number < CASE WHEN after ~ '^[0-9]{1,9}$' THEN after::integer END)
      ORDER BY r.number DESC
      LIMIT least(greatest(coalesce(first, 20), 1), 101)
    )
    UNION ALL
    (
      SELECT r.id, (extract(epoch FROM r.created_at) * 1000000)::bigint || ':' || r.id, row_number() OVER (ORDER BY r.created_at DESC, r.id)
      FROM api.revision_row r
      JOIN api.history_row e ON e.id = r.entity_id
      CROSS JOIN (
        SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
            timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
          CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
      ) AS c
      WHERE revision_list.entity IS NULL
        AND api.can_read(actor, e.state, e.visibility, e.created_by)
        AND (after IS NULL OR (r.created_at <= c.at AND (r.created_at < c.at OR r.id > c.id)))
      ORDER BY r.created_at DESC, r.id
      LIMIT least(greatest(coalesce(first, 20), 1), 101)
    )
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.revision_nodes(actor, with_content) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.revision_list(jsonb, uuid, integer, text, boolean) IS 'History of an entity, or of the whole wiki when entity is null, newest first, as Revision; at most first (1 to 101) rows after a cursor. A cursor that is none finds nothing. with_content false leaves content null: 50 contents may exceed what the Data API answers.';
