CREATE FUNCTION api.flag_get(actor jsonb, id uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.flag_nodes(actor) n WHERE n.id = flag_get.id
$$;
COMMENT ON FUNCTION api.flag_get(jsonb, uuid) IS 'One report, as Flag; no row: none that the caller may read.';
