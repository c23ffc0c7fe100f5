-- after: core/can_read.sql, core/sees_place.sql
-- Of a place whose name only is public, and from one, a mention would tell where it is.
CREATE FUNCTION api.backlink_rows(actor jsonb, entity uuid, mentions boolean)
RETURNS TABLE (source_id uuid, kind text, fields text[])
LANGUAGE sql STABLE
AS $$
  SELECT s.id, s.kind, array_agg(DISTINCT n.field ORDER BY n.field)
  FROM (
    SELECT r.source_id, r.field
    FROM api.reference_row r
    WHERE r.target_id = backlink_rows.entity
      AND NOT (backlink_rows.mentions AND r.field IN ('systemIds', 'regionIds', 'parentId', 'subjectId'))
    UNION ALL
    SELECT l.source_id, 'texts'
    FROM api.slug_row a
    JOIN api.text_link_row l ON l.kind = a.kind AND l.slug = a.slug
    WHERE a.owner_id = backlink_rows.entity OR a.owner_id IN (SELECT m.id FROM api.entity_row m WHERE m.merged_into = backlink_rows.entity)
  ) AS n
  JOIN api.entity_row s ON s.id = n.source_id
  JOIN api.entity_row t ON t.id = backlink_rows.entity
  WHERE s.id <> t.id AND s.state = 'PUBLISHED'
    AND api.can_read(actor, s.state, s.visibility, s.created_by) AND api.sees_place(actor, s.visibility)
    AND api.can_read(actor, t.state, t.visibility, t.created_by) AND api.sees_place(actor, t.visibility)
  GROUP BY s.id, s.kind
$$;
COMMENT ON FUNCTION api.backlink_rows(jsonb, uuid, boolean) IS 'Published pages that name an entity in their facts or link to it in their texts, with the fields that do; mentions: without those that only say where something belongs or what it is about.';
