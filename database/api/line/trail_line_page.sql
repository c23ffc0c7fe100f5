CREATE FUNCTION api.trail_line_page(actor jsonb, trail uuid, simplified boolean, after integer)
RETURNS TABLE ("trailId" uuid, "pointCount" integer, simplified boolean, coordinates json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  SELECT l.trail_id, l.point_count, s.short AND l.point_count > 200,
    (CASE WHEN s.short THEN l.simplified ELSE jsonb_path_query_array(l.coordinates, '$[$first to $last]',
      jsonb_build_object('first', s.skip, 'last', s.skip + 999)) END)::json,
    NOT s.short AND l.point_count > s.skip + 1000,
    CASE WHEN s.short THEN l.point_count ELSE least(l.point_count, s.skip + 1000) END::text
  FROM api.trail_line_row l
  JOIN api.entity_row e ON e.id = l.trail_id
  CROSS JOIN LATERAL (
    SELECT coalesce(trail_line_page.simplified, false) AS short, greatest(coalesce(trail_line_page.after, 0), 0) AS skip
  ) AS s
  WHERE l.trail_id = trail_line_page.trail
    AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
    AND (s.short OR s.skip < l.point_count)
$$;
COMMENT ON FUNCTION api.trail_line_page(jsonb, uuid, boolean, integer) IS 'A page of a trail''s line, as TrailLine: 1,000 points from where the last page ended (after: its endCursor), or at most 200 points of the whole line when simplified. No row: no line that the caller may see.';
