CREATE FUNCTION api.trail_line_page(actor jsonb, trail uuid, simplified boolean, after text, source text)
RETURNS TABLE ("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean,
  coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  WITH asked AS (
    -- A cursor names the line that it goes on in, so that a line drawn meanwhile
    -- doesn't come into the middle of another.
    SELECT coalesce(trail_line_page.simplified, false) AS short,
      CASE WHEN trail_line_page.after ~ '^([a-z][a-z0-9-]{0,39}:)?[0-9]{1,6}$'
        THEN regexp_replace(trail_line_page.after, '^.*:', '')::integer ELSE 0 END AS skip,
      CASE
        WHEN trail_line_page.after LIKE '%:%' THEN split_part(trail_line_page.after, ':', 1)
        WHEN trail_line_page.after IS NOT NULL THEN ''
        ELSE trail_line_page.source
      END AS of
  ), chosen AS (
    SELECT r.*, a.short, a.skip, CASE WHEN r.source IS NULL THEN '' ELSE r.source || ':' END AS prefix
    FROM asked a
    JOIN api.entity_line_row r ON r.entity_id = trail_line_page.trail AND (a.of IS NULL OR a.of = coalesce(r.source, ''))
    JOIN api.entity_row e ON e.id = r.entity_id
    WHERE e.kind = 'TRAIL' AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
      AND (a.short OR a.skip < r.point_count)
    ORDER BY r.source NULLS FIRST
    LIMIT 1
  )
  SELECT c.entity_id, c.source, c.attribution, c.licence, c.point_count, c.short AND c.point_count > jsonb_array_length(c.simplified),
    p.coordinates::json, to_json(p.breaks),
    NOT c.short AND c.point_count > c.skip + 1000,
    c.prefix || CASE WHEN c.short THEN c.point_count ELSE least(c.point_count, c.skip + 1000) END
  FROM chosen c
  CROSS JOIN LATERAL (
    SELECT c.simplified AS coordinates, c.breaks AS breaks
    WHERE c.short
    UNION ALL
    SELECT jsonb_path_query_array(x.coordinates, '$[$first to $last]', jsonb_build_object('first', c.skip, 'last', c.skip + 999)), '{}'
    FROM api.trail_line_row x
    WHERE NOT c.short AND c.source IS NULL AND x.trail_id = c.entity_id
    UNION ALL
    SELECT l.coordinates, l.breaks
    FROM api.layer_line_points(c.entity_id, c.source, c.skip) l
    WHERE NOT c.short AND c.source IS NOT NULL
  ) AS p
$$;
COMMENT ON FUNCTION api.trail_line_page(jsonb, uuid, boolean, text, text) IS 'A page of a trail''s line, as TrailLine: 1,000 points from where the last page ended (after: its endCursor), or at most 200 points of the whole line when simplified. The wiki''s own line, else that of open data; of one source of open data when it is given. No row: no line that the caller may see.';
