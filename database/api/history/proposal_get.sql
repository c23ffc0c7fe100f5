CREATE FUNCTION api.proposal_get(actor jsonb, id uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.proposal_nodes(actor) n WHERE n.id = proposal_get.id
$$;
COMMENT ON FUNCTION api.proposal_get(jsonb, uuid) IS 'One proposal, as Proposal; no row: none that the caller may read.';
