-- What a file of an entity is made of, in its order: the lines of a trail, the legs
-- of a route, the trails of a system by name. source null means the wiki's own
-- lines; else the lines are those of that layer alone, so that no file holds both.
CREATE FUNCTION api.export_parts(actor jsonb, entity uuid, source text)
RETURNS TABLE (n bigint, leg integer, "legKind" text, id uuid, name text, known boolean, seen boolean, line bigint, lines bigint, points integer, stamp text)
LANGUAGE sql STABLE
AS $$
  WITH target AS (
    SELECT e.id, e.kind, e.version
    FROM api.entity_row e
    WHERE e.id = export_parts.entity
      AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
  ), member AS (
    SELECT t.id, 0 AS leg, NULL::text AS leg_kind
    FROM target t
    WHERE t.kind = 'TRAIL' OR (t.kind = 'ROUTE' AND export_parts.source IS NOT NULL)
    UNION ALL
    SELECT s.trail_id, 0, NULL
    FROM target t
    JOIN api.trail_system_row s ON s.system_id = t.id
    WHERE t.kind = 'SYSTEM'
    UNION ALL
    SELECT l.trail_id, l.position, l.kind
    FROM target t
    JOIN api.route_leg_row l ON l.route_id = t.id
    WHERE t.kind = 'ROUTE' AND export_parts.source IS NULL
  ), visible AS (
    SELECT m.leg, m.leg_kind, e.id, e.version,
      e.id IS NOT NULL AS known, e.id IS NOT NULL AND api.sees_place(actor, e.visibility) AS seen,
      (SELECT x.name FROM api.entity_name_row x WHERE x.id = e.id) AS name
    FROM member m
    -- Members of something else are shown when they are published, as on its page.
    LEFT JOIN api.entity_row e ON e.id = m.id AND (e.id = export_parts.entity OR e.state = 'PUBLISHED')
      AND api.can_read(actor, e.state, e.visibility, e.created_by)
  )
  SELECT row_number() OVER (ORDER BY v.leg, v.name, v.id::text, l.line), v.leg, v.leg_kind, v.id, coalesce(l.name, v.name), v.known, v.seen,
    l.line, l.lines, coalesce(l.points, 0), concat_ws(':', v.id, v.version, v.seen, l.line, l.points, l.stamp)
  FROM visible v
  LEFT JOIN LATERAL (
    SELECT 1::bigint AS line, 1::bigint AS lines, x.point_count AS points, NULL::text AS name, NULL::timestamptz AS stamp
    FROM api.trail_line_row x
    WHERE x.trail_id = v.id AND export_parts.source IS NULL
    UNION ALL
    SELECT a.n, jsonb_array_length(x.lines), jsonb_array_length(a.line), x.name, x.imported_at
    FROM api.layer_entity_row x
    CROSS JOIN jsonb_array_elements(x.lines) WITH ORDINALITY AS a (line, n)
    WHERE x.entity_id = v.id AND x.source = export_parts.source AND api.sees_passes(actor, x.passes)
  ) AS l ON v.seen
  WHERE v.leg > 0 OR l.line IS NOT NULL
$$;
COMMENT ON FUNCTION api.export_parts(jsonb, uuid, text) IS 'Parts of the file of a trail, route or system in their order: lines that the caller may see, and legs of a route without one (points 0). stamp changes when the part does.';
