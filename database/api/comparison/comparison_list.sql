CREATE FUNCTION api.comparison_list(actor jsonb, lang text, trail uuid, axis text, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT r.id, (extract(epoch FROM r.compared_at) * 1000000)::bigint || ':' || r.id AS cursor,
      row_number() OVER (ORDER BY r.compared_at DESC, r.id) AS n
    FROM api.comparison_row r
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE r.rider_id = api.rider_id(actor)
      AND (comparison_list.trail IS NULL OR comparison_list.trail IN (r.trail_id, r.other_id))
      AND (comparison_list.axis IS NULL OR r.axis = comparison_list.axis)
      AND (after IS NULL OR (r.compared_at <= c.at AND (r.compared_at < c.at OR r.id > c.id)))
    ORDER BY r.compared_at DESC, r.id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.comparison_nodes(actor, lang) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.comparison_list(jsonb, text, uuid, text, integer, text) IS 'The caller''s own comparisons by trail and axis, the newest first, as Comparison; at most first (1 to 101) rows after a cursor.';
