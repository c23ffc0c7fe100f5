CREATE FUNCTION api.system_line_page(actor jsonb, system uuid, after text)
RETURNS TABLE ("trailId" uuid, "pointCount" integer, simplified boolean, coordinates json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  SELECT p.id, p.point_count, p.point_count > 200, p.simplified::json, p.more, p.id::text || ':' || p.name
  FROM (
    SELECT c.id, c.name, l.point_count, l.simplified,
      lead(c.id) OVER w IS NOT NULL AS more, row_number() OVER w AS n
    FROM (
      SELECT c.id, c.name
      FROM api.trail_system_row ts
      JOIN api.trail_cards(actor, 'en') c ON c.id = ts.trail_id
      JOIN api.trail_line_row l ON l.trail_id = c.id
      WHERE ts.system_id = system_line_page.system
        AND api.sees_place(actor, c.visibility)
        AND (system_line_page.after IS NULL OR (c.name, c.id::text) > (substr(system_line_page.after, 38), left(system_line_page.after, 36)))
      ORDER BY c.name, c.id::text
      LIMIT 41
    ) AS c
    JOIN api.trail_line_row l ON l.trail_id = c.id
    WINDOW w AS (ORDER BY c.name, c.id::text)
  ) AS p
  WHERE p.n <= 40
  ORDER BY p.name, p.id::text
$$;
COMMENT ON FUNCTION api.system_line_page(jsonb, uuid, text) IS 'Simplified lines of a system''s trails by name, as TrailLine, 40 a page. hasNextPage of a row: another trail follows; after: endCursor of the last row.';
