-- Of pages that show their name only, and of what nobody may see, nothing is told.
CREATE FUNCTION api.trip_changes(actor jsonb, days jsonb, since timestamptz) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'entityKind', c.entity_kind, 'entityId', c.entity_id,
    'name', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = c.entity_id), ''),
    'placeKind', c.place_kind, 'placeId', c.place_id,
    'placeName', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = c.place_id), ''),
    'versions', c.versions, 'lastAt', to_char(c.last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'comment', c.comment)
    ORDER BY c.last_at DESC, c.entity_id), '[]')
  FROM (
    SELECT e.kind AS entity_kind, e.id AS entity_id, p.kind AS place_kind, p.id AS place_id, count(*) AS versions,
      max(r.created_at) AS last_at, (array_agg(r.comment ORDER BY r.number DESC))[1] AS comment
    FROM api.trip_places(days) x
    JOIN api.entity_row p ON p.id = x.id
    CROSS JOIN LATERAL (
      SELECT p.id
      UNION ALL
      SELECT n.id FROM api.seasonal_notice_row n WHERE n.subject_id = p.id
    ) AS about
    JOIN api.entity_row e ON e.id = about.id
    JOIN api.revision_row r ON r.entity_id = e.id
    WHERE r.created_at > since
      AND api.can_read(actor, p.state, p.visibility, p.created_by) AND api.sees_place(actor, p.visibility)
      -- What was put away, a notice that is over among it, is told to whom it was shown.
      AND (api.can_read(actor, e.state, e.visibility, e.created_by) OR e.state = 'ARCHIVED' AND e.visibility <> 'HIDDEN')
      AND api.sees_place(actor, e.visibility)
    GROUP BY 1, 2, 3, 4
    ORDER BY last_at DESC, e.id
    LIMIT 20
  ) AS c
$$;
COMMENT ON FUNCTION api.trip_changes(jsonb, jsonb, timestamptz) IS 'What changed since a time about the places of a plan, and about them in notices, as TripChange; at most 20 pages, the last changed first.';
