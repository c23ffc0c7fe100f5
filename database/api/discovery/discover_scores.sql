-- Five parts that add up to the score. What nobody has said, and what the question
-- doesn't ask, gives half a part's points: neither praise nor blame; known and
-- asked tell them apart.
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
RETURNS TABLE (id uuid, name text, distance_km double precision, score numeric, parts json)
LANGUAGE sql STABLE
AS $$
  WITH q AS MATERIALIZED (
    SELECT question ->> 'skill' AS skill,
      question ->> 'fitness' AS fitness,
      (question ->> 'month')::integer AS month,
      (question ->> 'days')::numeric AS days,
      api.question_list(question, 'mustHave') AS must_have,
      api.question_list(question, 'avoid') AS avoid,
      array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], question ->> 'fitness') AS fitness_rank
  ), w AS MATERIALIZED (
    SELECT coalesce((v.value ->> 'style')::numeric, 30) AS style, coalesce((v.value ->> 'skill')::numeric, 25) AS skill,
      coalesce((v.value ->> 'season')::numeric, 25) AS season, coalesce((v.value ->> 'fit')::numeric, 10) AS fit,
      coalesce((v.value ->> 'evidence')::numeric, 10) AS evidence
    FROM (SELECT (SELECT s.value FROM api.setting_row s WHERE s.name = 'discovery.weights') AS value) AS v
  ), style AS MATERIALIZED (
    SELECT x.v ->> 'style' AS style, max(least(greatest(coalesce((x.v ->> 'weight')::numeric, 1), 0), 3)) AS weight
    FROM jsonb_array_elements(CASE jsonb_typeof(question -> 'styles') WHEN 'array' THEN question -> 'styles' ELSE '[]' END)
      WITH ORDINALITY AS x (v, n)
    WHERE x.n <= 10
    GROUP BY 1
  ), weighed AS (
    SELECT c.id, c.name, c.distance_km, w.style AS style_of, w.skill AS skill_of, w.season AS season_of, w.fit AS fit_of,
      w.evidence AS evidence_of,
      st.share AS style, coalesce(st.known, false) AS style_known, st.share IS NOT NULL AS style_asked,
      greatest(1 - 0.25 * av.n, 0.25) AS unavoided,
      sk.share AS skill, q.skill IS NOT NULL AS skill_asked,
      se.share AS season, q.month IS NOT NULL AS season_asked,
      da.share AS days, q.days IS NOT NULL AS days_asked,
      fi.share AS fitness, q.fitness IS NOT NULL AS fitness_asked,
      CASE c.status WHEN 'OUTLINE' THEN 0.4 WHEN 'USABLE' THEN 0.7 WHEN 'GUIDE' THEN 1 ELSE 0 END AS article,
      ev.share AS evidence
    FROM api.discover_candidates(actor, question) c
    CROSS JOIN q
    CROSS JOIN w
    CROSS JOIN LATERAL (
      SELECT sum(y.weight * coalesce(m.mark / 5.0, 0.5)) / nullif(sum(y.weight), 0) AS share,
        bool_and(m.mark IS NOT NULL) AS known
      FROM style y
      LEFT JOIN api.system_style_mark_row m ON m.system_id = c.id AND m.style = y.style
    ) AS st
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM api.entity_tag_row t WHERE t.entity_id = c.id AND t.code = ANY (q.avoid)
    ) AS av
    LEFT JOIN LATERAL (
      SELECT m.mark / 5.0 AS share FROM api.system_skill_mark_row m WHERE m.system_id = c.id AND m.skill = q.skill
    ) AS sk ON true
    LEFT JOIN LATERAL (
      SELECT CASE m.verdict WHEN 'GO' THEN 1 WHEN 'RISKY' THEN 0.5 WHEN 'AVOID' THEN 0.1 ELSE 0 END AS share
      FROM api.season_month_row m
      WHERE m.entity_id = c.id AND m.zone_id IS NULL AND m.month = q.month
    ) AS se ON true
    LEFT JOIN LATERAL (
      SELECT CASE
        WHEN q.days > z.high THEN greatest(1 - 0.25 * (q.days - z.high), 0)
        WHEN q.days < z.low THEN greatest(1 - 0.1 * (z.low - q.days), 0)
        WHEN q.days IS NOT NULL THEN 1 END AS share
      FROM (VALUES ('LOCAL_GEM', 1, 1), ('WEEKEND_TRIP', 2, 3), ('DESTINATION', 4, 7), ('WORLD_CLASS', 7, 14)) AS z (size, low, high)
      WHERE z.size = c.size
    ) AS da ON true
    LEFT JOIN LATERAL (
      SELECT max(CASE abs(array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], r.fitness::text) - q.fitness_rank)
        WHEN 0 THEN 1 WHEN 1 THEN 0.5 ELSE 0.2 END) AS share
      FROM api.route_system_row rs
      JOIN api.route_row r ON r.id = rs.route_id
      WHERE q.fitness_rank IS NOT NULL AND rs.system_id = c.id AND r.fitness IS NOT NULL
        AND r.state = 'PUBLISHED' AND api.can_read(actor, r.state, r.visibility, r.created_by)
    ) AS fi ON true
    LEFT JOIN LATERAL (
      SELECT avg(CASE b.basis WHEN 'EDITORIAL_ESTIMATE' THEN 0 ELSE 1 END) AS share
      FROM api.fact_basis_row b
      WHERE b.entity_id = c.id
    ) AS ev ON true
    WHERE c.status <> 'STUB'
      AND (q.must_have IS NULL OR NOT EXISTS (
        SELECT FROM unnest(q.must_have) AS wanted (code)
        WHERE NOT EXISTS (SELECT FROM api.entity_tag_row t WHERE t.entity_id = c.id AND t.code = wanted.code)))
  ), pointed AS (
    SELECT x.*,
      round(x.style_of * coalesce(x.style, 0.5) * x.unavoided, 2) AS style_points,
      round(x.skill_of * coalesce(x.skill, 0.5), 2) AS skill_points,
      round(x.season_of * coalesce(x.season, 0.5), 2) AS season_points,
      round(x.fit_of * CASE
        WHEN x.days_asked AND x.fitness_asked THEN (coalesce(x.days, 0.5) + coalesce(x.fitness, 0.5)) / 2
        WHEN x.days_asked THEN coalesce(x.days, 0.5)
        WHEN x.fitness_asked THEN coalesce(x.fitness, 0.5)
        ELSE 0.5 END, 2) AS fit_points,
      round(x.evidence_of * (0.6 * x.article + 0.4 * coalesce(x.evidence, 0.5)), 2) AS evidence_points
    FROM weighed x
  )
  SELECT p.id, p.name, p.distance_km,
    p.style_points + p.skill_points + p.season_points + p.fit_points + p.evidence_points,
    json_build_array(
      json_build_object('name', 'style', 'points', p.style_points, 'of', p.style_of, 'asked', p.style_asked, 'known', p.style_known),
      json_build_object('name', 'skill', 'points', p.skill_points, 'of', p.skill_of, 'asked', p.skill_asked, 'known', p.skill IS NOT NULL),
      json_build_object('name', 'season', 'points', p.season_points, 'of', p.season_of, 'asked', p.season_asked, 'known', p.season IS NOT NULL),
      json_build_object('name', 'fit', 'points', p.fit_points, 'of', p.fit_of, 'asked', p.days_asked OR p.fitness_asked,
        'known', (p.days_asked OR p.fitness_asked) AND (NOT p.days_asked OR p.days IS NOT NULL) AND (NOT p.fitness_asked OR p.fitness IS NOT NULL)),
      json_build_object('name', 'evidence', 'points', p.evidence_points, 'of', p.evidence_of, 'asked', true, 'known', p.evidence IS NOT NULL))
  FROM pointed p
$$;
COMMENT ON FUNCTION api.discover_scores(jsonb, jsonb) IS 'Every described system that passes a question''s filters, with its score 0 to 100 and the five parts that add up to it.';
