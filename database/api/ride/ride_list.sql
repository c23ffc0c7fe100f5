CREATE FUNCTION api.ride_list(actor jsonb, lang text, trail uuid, system uuid, archived boolean, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT r.id, r.sort_day || ':' || r.id AS cursor, row_number() OVER (ORDER BY r.sort_day DESC, r.id) AS n
    FROM api.my_ride_ids(actor, trail, system, archived) r
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 1)::date END AS day,
        CASE WHEN after ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE after IS NULL OR (r.sort_day <= c.day AND (r.sort_day < c.day OR r.id > c.id))
    ORDER BY r.sort_day DESC, r.id
    LIMIT least(greatest(coalesce(first, 20), 1), 101)
  )
  SELECT n.node, p.cursor
  FROM page p
  JOIN api.ride_nodes(actor, lang) n ON n.id = p.id
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.ride_list(jsonb, text, uuid, uuid, boolean, integer, text) IS 'The caller''s own rides, the last ridden first, as Ride; at most first (1 to 101) rows after a cursor.';
