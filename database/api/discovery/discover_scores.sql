-- Five parts that add up to the score, in hundredths of a point. What nobody has
-- said, and what the question doesn't ask, gives half a part's points: neither
-- praise nor blame; the columns of what is known tell them apart.
--
--   style     mean of the system's marks (0 to 5) for the styles asked for, by
--             their weights; less a quarter for each tag to be avoided, down to a
--             quarter of it
--   skill     the system's mark for the rider's skill
--   season    verdict of the month: GO all, RISKY half, AVOID a tenth, CLOSED none
--   fit       mean of: days against what the place is worth (LOCAL_GEM 1,
--             WEEKEND_TRIP 2-3, DESTINATION 4-7, WORLD_CLASS 7-14; a day too many
--             costs a quarter, a day too few a tenth); fitness against its routes
--             (one of the same: all; of the next: half; else a fifth)
--   evidence  six tenths article status (OUTLINE 0.4, USABLE 0.7, GUIDE 1), four
--             tenths the share of facts that rest on more than an estimate
CREATE FUNCTION api.discover_scores(actor jsonb, question jsonb)
RETURNS TABLE (id uuid, name text, distance_km double precision, score integer,
  style integer, skill integer, season integer, fit integer, evidence integer,
  style_known boolean, skill_known boolean, season_known boolean, days_known boolean, fitness_known boolean, evidence_known boolean)
LANGUAGE sql STABLE
AS $$
  WITH q AS MATERIALIZED (
    SELECT api.question_list(question, 'mustHave') AS must_have,
      api.question_list(question, 'avoid') AS avoid,
      array_position(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'], question ->> 'skill') AS skill,
      array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], question ->> 'fitness') AS fitness,
      (question ->> 'month')::integer AS month,
      (question ->> 'days')::integer AS days,
      s.weights[1] AS xc, s.weights[2] AS trail, s.weights[3] AS enduro, s.weights[4] AS downhill, s.weights[5] AS flow,
      nullif(s.weights[1] + s.weights[2] + s.weights[3] + s.weights[4] + s.weights[5], 0) AS styles,
      -- Hundredths of a point that each part can give.
      coalesce((v.value ->> 'style')::double precision, 30) * 100 AS style_of,
      coalesce((v.value ->> 'skill')::double precision, 25) * 100 AS skill_of,
      coalesce((v.value ->> 'season')::double precision, 25) * 100 AS season_of,
      coalesce((v.value ->> 'fit')::double precision, 10) * 100 AS fit_of,
      coalesce((v.value ->> 'evidence')::double precision, 10) * 100 AS evidence_of
    FROM (SELECT (SELECT x.value FROM api.setting_row x WHERE x.name = 'discovery.weights') AS value OFFSET 0) AS v
    CROSS JOIN (SELECT array_agg(a.weight ORDER BY a.n) AS weights FROM api.asked_styles(question) AS a) AS s
  ), weighed AS (
    -- In double precision throughout: numeric costs several times as much.
    SELECT c.id, c.name, c.distance_km, c.status, q.style_of, q.skill_of, q.season_of, q.fit_of, q.evidence_of,
      (q.xc * coalesce(c.style_marks[1]::double precision, 2.5) + q.trail * coalesce(c.style_marks[2]::double precision, 2.5) + q.enduro * coalesce(c.style_marks[3]::double precision, 2.5)
        + q.downhill * coalesce(c.style_marks[4]::double precision, 2.5) + q.flow * coalesce(c.style_marks[5]::double precision, 2.5)) / 5 / q.styles AS style,
      q.styles IS NOT NULL AND NOT (
        (q.xc > 0 AND c.style_marks[1] IS NULL) OR (q.trail > 0 AND c.style_marks[2] IS NULL) OR (q.enduro > 0 AND c.style_marks[3] IS NULL)
        OR (q.downhill > 0 AND c.style_marks[4] IS NULL) OR (q.flow > 0 AND c.style_marks[5] IS NULL)) AS style_known,
      CASE WHEN q.avoid IS NULL OR NOT c.tags && q.avoid THEN 1
        ELSE greatest(4 - (SELECT count(DISTINCT t) FROM unnest(q.avoid) AS t WHERE t = ANY (c.tags)), 1) / 4.0::double precision END AS unavoided,
      c.skill_marks[q.skill] / 5.0::double precision AS skill,
      CASE c.season[q.month] WHEN 'GO' THEN 1.0::double precision WHEN 'RISKY' THEN 0.5 WHEN 'AVOID' THEN 0.1 WHEN 'CLOSED' THEN 0 END AS season,
      q.days IS NOT NULL AS days_asked,
      CASE WHEN q.days > z.high THEN greatest(4 - (q.days - z.high), 0) / 4.0::double precision
        WHEN q.days < z.low THEN greatest(10 - (z.low - q.days), 0) / 10.0::double precision
        WHEN q.days BETWEEN z.low AND z.high THEN 1 END AS days,
      q.fitness IS NOT NULL AS fitness_asked,
      CASE WHEN q.fitness IS NULL OR c.route_fitness = '{}' THEN NULL
        WHEN q.fitness = ANY (c.route_fitness) THEN 1.0::double precision
        WHEN q.fitness - 1 = ANY (c.route_fitness) OR q.fitness + 1 = ANY (c.route_fitness) THEN 0.5
        ELSE 0.2 END AS fitness,
      c.evidence
    FROM q
    CROSS JOIN api.discover_candidates(actor, question, false) c
    CROSS JOIN LATERAL (
      SELECT CASE c.size WHEN 'LOCAL_GEM' THEN 1 WHEN 'WEEKEND_TRIP' THEN 2 WHEN 'DESTINATION' THEN 4 WHEN 'WORLD_CLASS' THEN 7 END AS low,
        CASE c.size WHEN 'LOCAL_GEM' THEN 1 WHEN 'WEEKEND_TRIP' THEN 3 WHEN 'DESTINATION' THEN 7 WHEN 'WORLD_CLASS' THEN 14 END AS high
    ) AS z
    WHERE q.must_have IS NULL OR c.tags @> q.must_have
  ), pointed AS (
    SELECT x.*,
      round(x.style_of * coalesce(x.style, 0.5) * x.unavoided)::integer AS style_points,
      round(x.skill_of * coalesce(x.skill, 0.5))::integer AS skill_points,
      round(x.season_of * coalesce(x.season, 0.5))::integer AS season_points,
      round(x.fit_of * CASE
        WHEN x.days_asked AND x.fitness_asked THEN (coalesce(x.days, 0.5) + coalesce(x.fitness, 0.5)) / 2
        WHEN x.days_asked THEN coalesce(x.days, 0.5)
        WHEN x.fitness_asked THEN coalesce(x.fitness, 0.5)
        ELSE 0.5 END)::integer AS fit_points,
      round(x.evidence_of * (CASE x.status WHEN 'OUTLINE' THEN 0.24::double precision WHEN 'USABLE' THEN 0.42 WHEN 'GUIDE' THEN 0.6 ELSE 0 END
        + 0.4 * coalesce(x.evidence, 0.5)))::integer AS evidence_points
    FROM weighed x
    OFFSET 0 -- so that each is worked out once
  )
  SELECT p.id, p.name, p.distance_km, p.style_points + p.skill_points + p.season_points + p.fit_points + p.evidence_points,
    p.style_points, p.skill_points, p.season_points, p.fit_points, p.evidence_points,
    p.style_known, p.skill IS NOT NULL, p.season IS NOT NULL, p.days IS NOT NULL, p.fitness IS NOT NULL, p.evidence IS NOT NULL
  FROM pointed p
$$;
COMMENT ON FUNCTION api.discover_scores(jsonb, jsonb) IS 'Every described system that passes a question''s filters, with its score and the five parts that add up to it, in hundredths of a point.';
