CREATE FUNCTION api.route_line_page(actor jsonb, route uuid, after text)
RETURNS TABLE ("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean,
  coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  WITH line AS (
    -- Trails by their first leg, then the route by source.
    SELECT lpad(min(x.position)::text, 4, '0') || ':' AS cursor, c.id AS trail_id, NULL::text AS source
    FROM api.route_leg_row x
    JOIN api.trail_cards(actor, 'en') c ON c.id = x.trail_id
    WHERE x.route_id = route_line_page.route AND api.sees_place(actor, c.visibility)
      AND EXISTS (SELECT FROM api.entity_line_row r WHERE r.entity_id = c.id)
    GROUP BY c.id
    UNION ALL
    SELECT '9999:' || r.source, NULL, r.source
    FROM api.entity_line_row r
    WHERE r.entity_id = route_line_page.route AND api.sees_passes(actor, r.passes)
  ), page AS (
    SELECT l.*, lead(l.cursor) OVER w IS NOT NULL AS more, row_number() OVER w AS n
    FROM line l
    WHERE (route_line_page.after IS NULL OR l.cursor COLLATE "C" > route_line_page.after)
      AND EXISTS (
        SELECT FROM api.entity_row e
        WHERE e.id = route_line_page.route AND e.kind = 'ROUTE'
          AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility))
    WINDOW w AS (ORDER BY l.cursor COLLATE "C")
  )
  SELECT p.trail_id, l.source, l.attribution, l.licence, l.point_count, l.point_count > jsonb_array_length(l.simplified),
    l.simplified::json, to_json(l.breaks), p.more, p.cursor
  FROM page p
  CROSS JOIN LATERAL (
    SELECT s.source, s.attribution, s.licence, s.point_count, s.simplified, s.breaks
    FROM api.shown_line(p.trail_id) s
    UNION ALL
    SELECT r.source, r.attribution, r.licence, r.point_count, r.simplified, r.breaks
    FROM api.entity_line_row r
    WHERE p.trail_id IS NULL AND r.entity_id = route_line_page.route AND r.source = p.source
  ) AS l
  WHERE p.n <= 40
  ORDER BY p.n
$$;
COMMENT ON FUNCTION api.route_line_page(jsonb, uuid, text) IS 'Simplified lines for the map of a route, as RouteLine, 40 a page: of the trails of its legs that the caller sees, then of the route itself in open data, unless it runs over a trail whose place the caller doesn''t see. hasNextPage of a row: another follows; after: endCursor of the last row.';
