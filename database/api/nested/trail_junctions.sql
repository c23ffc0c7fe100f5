CREATE FUNCTION api.trail_junctions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('trailId', x.other_id, 'atM', x.at_m, 'otherAtM', x.other_at_m)
    ORDER BY x.position), '[]')
  FROM api.trail_junction_row x
  JOIN api.entity_row o ON o.id = x.other_id
  WHERE x.trail_id = trail_junctions.id
    AND api.can_read(actor, o.state, o.visibility, o.created_by) AND api.sees_place(actor, o.visibility)
    AND EXISTS (SELECT FROM api.entity_row e WHERE e.id = trail_junctions.id AND api.sees_place(actor, e.visibility))
$$;
COMMENT ON FUNCTION api.trail_junctions(uuid, text, jsonb) IS 'Where a trail meets others whose place the reader may see.';
