CREATE FUNCTION wiki.get_uplift_prices(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.uplift_prices(get_uplift_prices.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_uplift_prices(uuid) IS 'What an uplift costs, as a revision keeps it.';
