CREATE FUNCTION api.ride_get(actor jsonb, lang text, id uuid) RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT n.node FROM api.ride_nodes(actor, lang) n WHERE n.id = ride_get.id
$$;
COMMENT ON FUNCTION api.ride_get(jsonb, text, uuid) IS 'One of the caller''s own rides, as Ride; no row: none of his.';
