CREATE FUNCTION wiki.refresh_discovery(systems uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- Two changes may touch one system (two of its routes, say): the second waits
  -- here and then sees what the first wrote. In order, so that none waits for the other.
  PERFORM FROM wiki.discovery_document d
  WHERE systems IS NULL OR d.system_id = ANY (systems)
  ORDER BY d.system_id
  FOR UPDATE;

  INSERT INTO wiki.discovery_document AS d (system_id, name, state, visibility, created_by, synthetic, status, size, lat, lon,
    regions, countries, tags, style_marks, skill_marks, season, route_fitness, forbidden, evidence, open_m)
  SELECT s.id, s.name, e.state, e.visibility, e.created_by, e.synthetic, s.status, s.size, s.position_lat, s.position_lon,
    ARRAY(SELECT r.region_id FROM wiki.system_region r WHERE r.system_id = s.id ORDER BY r.position),
    ARRAY(SELECT DISTINCT c.country FROM api.system_country_row c WHERE c.system_id = s.id ORDER BY 1),
    ARRAY(SELECT t.code FROM wiki.entity_tag t WHERE t.entity_id = s.id ORDER BY 1),
    ARRAY(
      SELECT m.mark
      FROM unnest(ARRAY['XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW']) WITH ORDINALITY AS k (code, n)
      LEFT JOIN wiki.system_style_mark m ON m.system_id = s.id AND m.style = k.code
      ORDER BY k.n),
    ARRAY(
      SELECT m.mark
      FROM unnest(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT']) WITH ORDINALITY AS k (code, n)
      LEFT JOIN wiki.system_skill_mark m ON m.system_id = s.id AND m.skill = k.code
      ORDER BY k.n),
    ARRAY(
      SELECT m.verdict::text
      FROM generate_series(1, 12) AS k (month)
      LEFT JOIN wiki.season_month m ON m.entity_id = s.id AND m.zone_id IS NULL AND m.month = k.month
      ORDER BY k.month),
    ARRAY(
      SELECT DISTINCT array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], r.fitness::text)
      FROM wiki.route_system rs
      JOIN wiki.route r ON r.id = rs.route_id
      JOIN wiki.entity re ON re.id = r.id
      WHERE rs.system_id = s.id AND r.fitness IS NOT NULL AND api.can_read(NULL, re.state, re.visibility, NULL)
      ORDER BY 1),
    -- Forbidden at all times of the month, and no rule that allows it.
    ARRAY(
      SELECT DISTINCT f.bike_class || ':' || k.month
      FROM wiki.access_rule f
      CROSS JOIN generate_series(0, 12) AS k (month)
      WHERE f.entity_id = s.id AND f.verdict = 'FORBIDDEN'
        AND f.weekdays = '{}' AND f.hours IS NULL AND f.when_wet IS NULL AND (f.months = '{}' OR k.month = ANY (f.months))
        AND NOT EXISTS (
          SELECT
          FROM wiki.access_rule a
          WHERE a.entity_id = s.id AND a.bike_class = f.bike_class AND a.verdict IN ('ALLOWED', 'PERMIT')
            AND (a.months = '{}' OR k.month = 0 OR k.month = ANY (a.months)))
      ORDER BY 1),
    (SELECT avg(CASE b.basis WHEN 'EDITORIAL_ESTIMATE' THEN 0 ELSE 1 END) FROM wiki.fact_basis b WHERE b.entity_id = s.id),
    CASE WHEN EXISTS (SELECT FROM wiki.layer_entity l WHERE l.entity_id = s.id) THEN ARRAY(
      SELECT coalesce(sum(x.length_m) FILTER (WHERE k.skill IS NULL OR x.skills ? k.skill), 0)
      FROM unnest(ARRAY[NULL, 'LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT']) WITH ORDINALITY AS k (skill, n)
      LEFT JOIN (
        -- What everybody may see; of several sources the first, so that no trail counts twice.
        SELECT DISTINCT ON (ts.trail_id) l.length_m, coalesce(l.profile -> 'skills', '[]') AS skills
        FROM wiki.trail_system ts
        JOIN wiki.entity te ON te.id = ts.trail_id
        JOIN wiki.layer_entity l ON l.entity_id = ts.trail_id
        WHERE ts.system_id = s.id AND te.state = 'PUBLISHED' AND api.can_read(NULL, te.state, te.visibility, NULL)
          AND api.sees_place(NULL, te.visibility::text) AND l.profile ->> 'type' IN ('SINGLETRACK', 'DOUBLETRACK')
        ORDER BY ts.trail_id, l.source
      ) AS x ON true
      GROUP BY k.n
      ORDER BY k.n)
    END
  FROM wiki.system s
  JOIN wiki.entity e ON e.id = s.id
  WHERE systems IS NULL OR s.id = ANY (systems)
  ORDER BY s.id
  ON CONFLICT (system_id) DO UPDATE SET
    name = EXCLUDED.name, state = EXCLUDED.state, visibility = EXCLUDED.visibility, created_by = EXCLUDED.created_by, synthetic = EXCLUDED.synthetic,
    status = EXCLUDED.status, size = EXCLUDED.size, lat = EXCLUDED.lat, lon = EXCLUDED.lon,
    regions = EXCLUDED.regions, countries = EXCLUDED.countries, tags = EXCLUDED.tags,
    style_marks = EXCLUDED.style_marks, skill_marks = EXCLUDED.skill_marks, season = EXCLUDED.season,
    route_fitness = EXCLUDED.route_fitness, forbidden = EXCLUDED.forbidden, evidence = EXCLUDED.evidence, open_m = EXCLUDED.open_m;
END
$$;
COMMENT ON FUNCTION wiki.refresh_discovery(uuid[]) IS 'Rewrites what discovery weighs of these systems; null: of all, as after a bulk load.';
