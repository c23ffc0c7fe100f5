CREATE FUNCTION api.comparison_of(actor jsonb, lang text, axis text, trail uuid, other uuid) RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node
  FROM api.comparison_nodes(actor, lang) n
  WHERE n.axis = comparison_of.axis AND n.trail_id = least(trail, other) AND n.other_id = greatest(trail, other)
$$;
COMMENT ON FUNCTION api.comparison_of(jsonb, text, text, uuid, uuid) IS 'The caller''s own comparison of two trails on an axis, as Comparison; no row: none.';
