CREATE FUNCTION wiki.set_uplift_prices(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('prices', value, 12, '{"title": "string!", "amount": "number!", "currency": "string!"}');
BEGIN
  DELETE FROM wiki.uplift_price x WHERE x.uplift_id = set_uplift_prices.id;
  INSERT INTO wiki.uplift_price (uplift_id, position, title, amount, currency)
  SELECT set_uplift_prices.id, i.n, btrim(v.title), v.amount, upper(btrim(v.currency))
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
  CROSS JOIN LATERAL jsonb_to_record(i.item) AS v (title text, amount numeric, currency text);
END
$$;
COMMENT ON FUNCTION wiki.set_uplift_prices(uuid, jsonb) IS 'Replaces what an uplift costs.';
