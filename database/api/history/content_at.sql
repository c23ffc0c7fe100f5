CREATE FUNCTION wiki.content_at(entity_id uuid, chain text, version integer) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN h.revision_id IS NULL THEN c.content END
    FROM wiki.revision r
    JOIN wiki.revision_content c ON c.revision_id = r.id
    LEFT JOIN wiki.hidden_revision h ON h.revision_id = r.id
    WHERE r.entity_id = content_at.entity_id AND r.lang IS NOT DISTINCT FROM content_at.chain AND r.number <= content_at.version
    ORDER BY r.number DESC
    LIMIT 1
  );
END
$$;
COMMENT ON FUNCTION wiki.content_at(uuid, text, integer) IS 'Content of a chain (null: facts; else texts of a language) as it stood when the entity had this version; null when there was none or it is redacted or hidden.';
