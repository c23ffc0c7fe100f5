CREATE FUNCTION api.watch_get(actor jsonb, id uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.watch_nodes(actor) n WHERE n.id = watch_get.id
$$;
COMMENT ON FUNCTION api.watch_get(jsonb, uuid) IS 'How the caller watches a page, as Watch; no row: none that he may read.';
