CREATE FUNCTION api.watch_count(actor jsonb)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    SELECT
    FROM api.watch_row w
    JOIN api.entity_row e ON e.id = w.entity_id
    WHERE w.rider_id = api.rider_id(actor) AND e.state <> 'ARCHIVED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
    LIMIT 1001
  ) AS w
$$;
COMMENT ON FUNCTION api.watch_count(jsonb) IS 'How many pages api.watch_list has, counted to 1,000.';
