CREATE FUNCTION api.flag_list(actor jsonb, entity uuid, state text, reason text, mine boolean, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT f.id, (extract(epoch FROM f.created_at) * 1000000)::bigint || ':' || f.id AS cursor,
      row_number() OVER (ORDER BY f.created_at DESC, f.id) AS n
    FROM api.flag_row f
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE (
      (f.rider_id = api.rider_id(actor) AND (coalesce(flag_list.mine, false) OR NOT api.is_moderator(actor)))
      OR (api.is_moderator(actor) AND NOT coalesce(flag_list.mine, false) AND (flag_list.state IS NOT NULL OR f.state = 'OPEN'))
    )
    AND (flag_list.state IS NULL OR f.state = flag_list.state)
    AND (flag_list.reason IS NULL OR f.reason = flag_list.reason)
    AND (flag_list.entity IS NULL OR f.entity_id = flag_list.entity)
    AND (after IS NULL OR (f.created_at <= c.at AND (f.created_at < c.at OR f.id > c.id)))
    ORDER BY f.created_at DESC, f.id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.flag_nodes(actor) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.flag_list(jsonb, uuid, text, text, boolean, integer, text) IS 'Reports, newest first, as Flag: for moderators those that are open or of the state asked for, for riders (and with mine) their own; at most first (1 to 101) rows after a cursor.';
