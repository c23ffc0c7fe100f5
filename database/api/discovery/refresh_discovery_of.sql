CREATE FUNCTION wiki.refresh_discovery_of(e wiki.entity) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE e.kind
    WHEN 'SYSTEM' THEN
      PERFORM wiki.refresh_discovery(ARRAY[e.id]);
    WHEN 'ROUTE' THEN
      -- The systems it goes through, and those it went through before.
      PERFORM wiki.refresh_discovery(ARRAY(
        SELECT x.system_id FROM wiki.route_system x WHERE x.route_id = e.id
        UNION
        SELECT v::uuid
        FROM wiki.revision r
        JOIN wiki.revision_content c ON c.revision_id = r.previous_id
        CROSS JOIN jsonb_array_elements_text(coalesce(c.content -> 'systemIds', '[]')) AS v
        WHERE r.entity_id = e.id AND r.number = e.version AND r.lang IS NULL));
    WHEN 'TRAIL' THEN
      -- What open data says of a system is about its trails that all may see.
      IF EXISTS (SELECT FROM wiki.layer_entity l WHERE l.entity_id = e.id) THEN
        PERFORM wiki.refresh_discovery(ARRAY(
          SELECT x.system_id FROM wiki.trail_system x WHERE x.trail_id = e.id
          UNION
          SELECT v::uuid
          FROM wiki.revision r
          JOIN wiki.revision_content c ON c.revision_id = r.previous_id
          CROSS JOIN jsonb_array_elements_text(coalesce(c.content -> 'systemIds', '[]')) AS v
          WHERE r.entity_id = e.id AND r.number = e.version AND r.lang IS NULL));
      END IF;
    WHEN 'REGION' THEN
      -- A system without subdivisions lies in its regions' countries.
      PERFORM wiki.refresh_discovery(ARRAY(
        SELECT x.system_id
        FROM wiki.system_region x
        WHERE x.region_id = e.id AND NOT EXISTS (SELECT FROM wiki.system_subdivision y WHERE y.system_id = x.system_id)));
    ELSE
      NULL;
  END CASE;
END
$$;
COMMENT ON FUNCTION wiki.refresh_discovery_of(wiki.entity) IS 'Rewrites what discovery weighs of the systems that the last change of this entity''s facts concerns.';
