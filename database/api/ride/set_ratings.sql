CREATE FUNCTION wiki.set_ratings(r wiki.ride, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('ratings', value, 5,
    '{"axis": "string!", "category": "integer", "labelSeen": "string", "questionVersion": "integer"}');
  ratable CONSTANT text[] := api.ratable_axes(r.trail_id, r.direction);
  axis text;
BEGIN
  SELECT i.item ->> 'axis' INTO axis
  FROM jsonb_array_elements(items) AS i (item)
  GROUP BY 1 HAVING count(*) > 1
  LIMIT 1;
  IF axis IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', format('ratings has the axis %s twice.', left(axis, 40)), '{"field": "ratings"}');
  END IF;
  SELECT lower(replace(left(i.item ->> 'axis', 40), '_', ' ')) INTO axis
  FROM jsonb_array_elements(items) AS i (item)
  WHERE i.item ->> 'category' IS NOT NULL AND i.item ->> 'axis' <> ALL (ratable)
  LIMIT 1;
  IF axis IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', format('This trail can''t be rated for %s in this direction: it doesn''t apply there.', axis), '{"field": "ratings"}');
  END IF;
  DELETE FROM wiki.perceived_rating p
  USING jsonb_array_elements(items) AS i (item)
  WHERE p.ride_id = r.id AND p.axis = i.item ->> 'axis';
  INSERT INTO wiki.perceived_rating (ride_id, axis, category, posted_labels, label_seen, question_version, rated_at)
  SELECT r.id, i.item ->> 'axis', (i.item ->> 'category')::integer, api.posted_labels(r.trail_id, r.direction),
    coalesce(i.item ->> 'labelSeen', 'UNKNOWN'), coalesce((i.item ->> 'questionVersion')::integer, 1), clock_timestamp()
  FROM jsonb_array_elements(items) AS i (item)
  WHERE i.item ->> 'category' IS NOT NULL;
END
$$;
COMMENT ON FUNCTION wiki.set_ratings(wiki.ride, jsonb) IS 'Replaces ratings of a ride on the axes named, with the labels stated now; a category of null takes one back.';
