CREATE FUNCTION api.layer_line_points(entity uuid, source text, skip integer)
RETURNS TABLE (coordinates jsonb, breaks integer[])
LANGUAGE sql STABLE
AS $$
  SELECT jsonb_agg(p.v ORDER BY p.k),
    coalesce(array_agg((p.k - 1 - layer_line_points.skip)::integer ORDER BY p.k) FILTER (WHERE p.begins), '{}')
  FROM (
    SELECT p.v, p.n = 1 AND q.n > 1 AS begins, row_number() OVER (ORDER BY q.n, p.n) AS k
    FROM api.layer_entity_row l
    CROSS JOIN LATERAL jsonb_array_elements(l.lines) WITH ORDINALITY AS q (v, n)
    CROSS JOIN LATERAL jsonb_array_elements(q.v) WITH ORDINALITY AS p (v, n)
    WHERE l.entity_id = layer_line_points.entity AND l.source = layer_line_points.source
  ) AS p
  WHERE p.k > layer_line_points.skip AND p.k <= layer_line_points.skip + 1000
$$;
COMMENT ON FUNCTION api.layer_line_points(uuid, text, integer) IS '1,000 points of the lines that a source of open data has of an entity, one line behind the other, and which of them, counted from 0, another line begins with. The caller applies api.sees_place.';
