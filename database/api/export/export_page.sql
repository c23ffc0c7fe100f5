-- A page has as many whole parts as have 20,000 points together, the most that one
-- line can have, because a leg is cut along its trail's whole line. That is below
-- 800 KB, and 100 parts with the texts of legs stay below the Data API's 1 MiB.
CREATE FUNCTION api.export_page(actor jsonb, entity uuid, source text, after text)
RETURNS TABLE (n bigint, chunk bigint, node json, coordinates text)
LANGUAGE sql STABLE
AS $$
  WITH part AS (
    SELECT p.*, sum(p.points) OVER (ORDER BY p.n) AS upto, min(p.n) OVER () AS first
    FROM api.export_parts(actor, entity, source) p
    WHERE p.n > CASE WHEN export_page.after ~ '^[0-9]{1,6}-' THEN split_part(export_page.after, '-', 1)::bigint ELSE 0 END
  )
  SELECT p.n, coalesce(c.chunk, 0),
    CASE WHEN coalesce(c.chunk, 0) = 0 THEN (
      SELECT to_json(x)
      FROM (
        SELECT p.n, coalesce(g.kind, e.kind) AS kind, p.id, p.name, e.synthetic, p.line, p.lines,
          p.leg, p.known, p.seen, g.from_m AS "fromM", g.to_m AS "toM", g.direction, g.purpose, g.notes, g.alternatives
        FROM (VALUES (1)) AS one (row)
        LEFT JOIN api.entity_row e ON e.id = p.id
        LEFT JOIN api.route_leg_row g ON p.leg > 0 AND g.route_id = export_page.entity AND g.position = p.leg
      ) AS x) END,
    coalesce(c.coordinates, '')
  FROM part p
  LEFT JOIN LATERAL (
    SELECT (a.n - 1) / 1000 AS chunk, '[' || string_agg(replace(a.point::text, ' ', ''), ',' ORDER BY a.n) || ']' AS coordinates
    FROM (
      SELECT x.coordinates FROM api.trail_line_row x WHERE export_page.source IS NULL AND x.trail_id = p.id
      UNION ALL
      SELECT x.lines -> (p.line - 1)::integer FROM api.layer_entity_row x WHERE x.entity_id = p.id AND x.source = export_page.source
    ) AS s
    CROSS JOIN jsonb_array_elements(s.coordinates) WITH ORDINALITY AS a (point, n)
    GROUP BY 1
  ) AS c ON p.points > 0
  WHERE (p.upto <= 20000 OR p.n = p.first) AND p.n < p.first + 100
$$;
COMMENT ON FUNCTION api.export_page(jsonb, uuid, text, text) IS 'Rows of a page of the file of a trail, route or system: each part (node) with its points, 1,000 a row. after: see api.export_head.';
