-- What is said about a page is watched with it. A page that was put away is left out with
-- all of that, as it is from the list.
CREATE FUNCTION api.watched(actor jsonb)
RETURNS TABLE (page_id uuid, entity_id uuid, seen_until timestamptz)
LANGUAGE sql STABLE
AS $$
  SELECT p.id, e.id, greatest(w.since, (SELECT r.seen_until FROM api.watch_reading_row r WHERE r.rider_id = api.rider_id(actor)))
  FROM api.watch_row w
  JOIN api.entity_row p ON p.id = w.entity_id
  CROSS JOIN LATERAL (
    SELECT w.entity_id AS id
    UNION ALL
    SELECT r.id FROM api.remark_row r WHERE r.subject_id = w.entity_id
  ) AS x
  JOIN api.entity_row e ON e.id = x.id
  WHERE w.rider_id = api.rider_id(actor)
    AND p.state <> 'ARCHIVED' AND api.can_read(actor, p.state, p.visibility, p.created_by)
    AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.watched(jsonb) IS 'What the caller watches and may read: pages, and what is said about them, with up to when he has seen their changes.';
