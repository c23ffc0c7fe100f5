CREATE FUNCTION api.system_line_page(actor jsonb, system uuid, after text)
RETURNS TABLE ("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean,
  coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  SELECT p.id, l.source, l.attribution, l.licence, l.point_count, l.point_count > jsonb_array_length(l.simplified),
    l.simplified::json, to_json(l.breaks), p.more, p.id::text || ':' || p.name
  FROM (
    SELECT c.id, c.name, lead(c.id) OVER w IS NOT NULL AS more, row_number() OVER w AS n
    FROM (
      SELECT c.id, c.name
      FROM api.trail_system_row ts
      JOIN api.trail_cards(actor, 'en') c ON c.id = ts.trail_id
      WHERE ts.system_id = system_line_page.system
        -- Where its trails lie tells where the system lies.
        AND EXISTS (
          SELECT FROM api.entity_row e
          WHERE e.id = ts.system_id AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility))
        AND api.sees_place(actor, c.visibility)
        AND EXISTS (SELECT FROM api.entity_line_row r WHERE r.entity_id = c.id)
        AND (system_line_page.after IS NULL OR (c.name, c.id::text) > (substr(system_line_page.after, 38), left(system_line_page.after, 36)))
      ORDER BY c.name, c.id::text
      LIMIT 41
    ) AS c
    WINDOW w AS (ORDER BY c.name, c.id::text)
  ) AS p
  CROSS JOIN LATERAL api.shown_line(p.id) l
  WHERE p.n <= 40
  ORDER BY p.name, p.id::text
$$;
COMMENT ON FUNCTION api.system_line_page(jsonb, uuid, text) IS 'Simplified lines of a system''s trails by name, as TrailLine, 40 a page: the wiki''s own, else those of open data. hasNextPage of a row: another trail follows; after: endCursor of the last row.';
