CREATE FUNCTION api.revision_count(actor jsonb, entity uuid)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    (
      SELECT
      FROM api.revision_row r
      JOIN api.history_row e ON e.id = r.entity_id
      WHERE revision_count.entity IS NOT NULL AND r.entity_id = revision_count.entity
        AND api.can_read(actor, e.state, e.visibility, e.created_by)
      LIMIT 1001
    )
    UNION ALL
    (
      SELECT
      FROM api.revision_row r
      JOIN api.history_row e ON e.id = r.entity_id
      WHERE revision_count.entity IS NULL AND api.can_read(actor, e.state, e.visibility, e.created_by)
      LIMIT 1001
    )
  ) AS r
$$;
COMMENT ON FUNCTION api.revision_count(jsonb, uuid) IS 'How many revisions an entity (the whole wiki, when null) has, counted to 1,000.';
