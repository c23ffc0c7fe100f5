CREATE FUNCTION api.proposal_count(actor jsonb, entity uuid, state text)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    SELECT
    FROM api.proposal_nodes(actor) p
    WHERE (
      (proposal_count.entity IS NOT NULL AND p.entity_id = proposal_count.entity)
      OR (proposal_count.entity IS NULL AND (
        p.author = api.rider_id(actor) OR (api.is_moderator(actor) AND (p.state IN ('OPEN', 'HELD') OR proposal_count.state IS NOT NULL))))
    )
    AND (proposal_count.state IS NULL OR p.state = proposal_count.state)
    LIMIT 1001
  ) AS p
$$;
COMMENT ON FUNCTION api.proposal_count(jsonb, uuid, text) IS 'How many proposals api.proposal_list has, counted to 1,000.';
