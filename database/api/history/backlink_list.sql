CREATE FUNCTION api.backlink_list(actor jsonb, entity uuid, mentions boolean, first integer, after text)
RETURNS TABLE (node json, cursor text)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('entityKind', b.kind, 'entityId', b.source_id,
      'slug', (
        SELECT a.slug FROM api.slug_row a JOIN api.entity_row e ON e.id = a.owner_id
        WHERE a.owner_id = b.source_id AND a.current AND a.lang = e.original_lang),
      'name', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = b.source_id), ''),
      'fields', b.fields),
    b.kind || ':' || b.source_id
  FROM api.backlink_rows(actor, entity, mentions) AS b
  WHERE after IS NULL OR CASE WHEN after ~ '^[A-Z_]{1,40}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN (b.kind, b.source_id) > (split_part(after, ':', 1), split_part(after, ':', 2)::uuid) END
  ORDER BY b.kind, b.source_id
  LIMIT least(greatest(coalesce(first, 20), 1), 101)
$$;
COMMENT ON FUNCTION api.backlink_list(jsonb, uuid, boolean, integer, text) IS 'What links to an entity, by kind, as Backlink; at most first (1 to 101) rows after a cursor. A cursor that is none finds nothing.';
