CREATE FUNCTION api.entity_layers(actor jsonb, entity uuid)
RETURNS TABLE (source text, title text, attribution text, licence text, url text, name text, lines json, "lengthM" double precision,
  "climbM" double precision, "descentM" double precision, "elevationMethod" text, profile json, junctions json, "importedAt" timestamptz)
LANGUAGE sql STABLE
AS $$
  SELECT l.source, l.title, l.attribution, l.licence, l.url, l.name,
    CASE WHEN v.seen AND api.sees_passes(actor, l.passes) THEN l.lines::json END,
    CASE WHEN v.seen THEN l.length_m END,
    CASE WHEN v.seen THEN l.climb_m END,
    CASE WHEN v.seen THEN l.descent_m END,
    CASE WHEN v.seen THEN l.elevation_method END,
    CASE WHEN v.seen THEN
      CASE WHEN l.profile ? 'legs' THEN jsonb_set(l.profile, '{legs}', (
        -- A leg on a trail that the caller doesn't see is on some way or other.
        SELECT coalesce(jsonb_agg(CASE WHEN g.v ? 'trailId' AND o.id IS NULL
          THEN (g.v - '{trailId,fromM,toM,direction}'::text[]) || '{"kind": "CONNECTOR"}' ELSE g.v END ORDER BY g.n), '[]')
        FROM jsonb_array_elements(l.profile -> 'legs') WITH ORDINALITY AS g (v, n)
        LEFT JOIN (
          SELECT r.id
          FROM api.entity_row r
          WHERE api.can_read(actor, r.state, r.visibility, r.created_by) AND api.sees_place(actor, r.visibility)
        ) AS o ON o.id = (g.v ->> 'trailId')::uuid))
      ELSE l.profile END::json END,
    CASE WHEN v.seen THEN (
      SELECT coalesce(json_agg(j.v ORDER BY j.n), '[]')
      FROM jsonb_array_elements(l.junctions) WITH ORDINALITY AS j (v, n)
      JOIN api.entity_row o ON o.id = (j.v ->> 'trailId')::uuid
      WHERE api.can_read(actor, o.state, o.visibility, o.created_by) AND api.sees_place(actor, o.visibility)) END,
    l.imported_at
  FROM api.layer_entity_row l
  JOIN api.entity_row e ON e.id = l.entity_id
  CROSS JOIN LATERAL (SELECT api.sees_place(actor, e.visibility) AS seen) AS v
  WHERE l.entity_id = entity_layers.entity AND api.can_read(actor, e.state, e.visibility, e.created_by)
  ORDER BY l.source
$$;
COMMENT ON FUNCTION api.entity_layers(jsonb, uuid) IS 'What open data says of an entity, by source, with attribution and licence to show. Where the caller doesn''t see the place: the source and name only.';
