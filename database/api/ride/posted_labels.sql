CREATE FUNCTION api.posted_labels(trail uuid, direction text) RETURNS text[]
LANGUAGE sql STABLE
AS $$
  SELECT ARRAY(
    SELECT l.code
    FROM (
      -- One stated by two counts once, where it stands first.
      SELECT x.code, min((x.direction <> posted_labels.direction)::integer * 1000 + x.position) AS place
      FROM api.trail_label_row x
      WHERE x.trail_id = posted_labels.trail
        AND (x.direction = posted_labels.direction OR 'EITHER' IN (x.direction, posted_labels.direction))
      GROUP BY x.code
    ) AS l
    ORDER BY l.place, l.code
    LIMIT 12)
$$;
COMMENT ON FUNCTION api.posted_labels(uuid, text) IS 'Labels stated for a trail in a direction, as system:label; those of that direction first, then those that hold both ways.';
