CREATE FUNCTION api.trip_get(actor jsonb, lang text, id uuid) RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.trip_nodes(actor, lang) n WHERE n.id = trip_get.id
$$;
COMMENT ON FUNCTION api.trip_get(jsonb, text, uuid) IS 'One of the caller''s own trips, as Trip; no row: none of his.';
