CREATE FUNCTION api.revision_get(actor jsonb, id uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.revision_nodes(actor, true) n WHERE n.id = revision_get.id
$$;
COMMENT ON FUNCTION api.revision_get(jsonb, uuid) IS 'One revision, as Revision; no row: none that the caller may read.';
