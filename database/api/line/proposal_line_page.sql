CREATE FUNCTION api.proposal_line_page(actor jsonb, proposal uuid, simplified boolean, after integer)
RETURNS TABLE ("trailId" uuid, "pointCount" integer, simplified boolean, coordinates json, "hasNextPage" boolean, "endCursor" text)
LANGUAGE sql STABLE
AS $$
  SELECT p.entity_id, l.point_count, s.short AND l.point_count > jsonb_array_length(l.simplified),
    (CASE WHEN s.short THEN l.simplified ELSE jsonb_path_query_array(l.coordinates, '$[$first to $last]',
      jsonb_build_object('first', s.skip, 'last', s.skip + 999)) END)::json,
    NOT s.short AND l.point_count > s.skip + 1000,
    CASE WHEN s.short THEN l.point_count ELSE least(l.point_count, s.skip + 1000) END::text
  FROM api.proposal_nodes(actor) p
  JOIN api.proposal_line_row l ON l.proposal_id = p.id
  CROSS JOIN LATERAL (
    SELECT coalesce(proposal_line_page.simplified, false) AS short, greatest(coalesce(proposal_line_page.after, 0), 0) AS skip
  ) AS s
  WHERE p.id = proposal_line_page.proposal AND (s.short OR s.skip < l.point_count)
$$;
COMMENT ON FUNCTION api.proposal_line_page(jsonb, uuid, boolean, integer) IS 'A page of the line that a proposal would give its trail, as TrailLine: 1,000 points, or at most 200 points of the whole when simplified. No row: no such proposal that the caller may read, or none of a line.';
