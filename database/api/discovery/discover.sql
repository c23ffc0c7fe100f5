-- The answer to a question (DiscoverInput as jsonb) for the composer, which turns
-- it into sentences. First the suggestions, best first (ties by name, then id), at
-- most question.first (1 to 30, default 10); then at most 10 places that only open
-- data describes, by metres of trail for the rider's skill (a tenth of the others),
-- less with distance (half at 100 km); then at most 10 places that nobody has
-- described yet, the nearest first. One JSON object a row:
--
--   kind         SUGGESTION, OPEN_DATA or UNDESCRIBED
--   considered   how many systems were weighed (the same in every row)
--   system       SystemCard
--   distanceKm   from the place asked for, to 0.1 km; null when none was
--   and for a suggestion also:
--   score        0 to 100, the sum of the points of parts
--   parts        [{name, points, of, asked, known}]: style, skill, season, fit,
--                evidence; not known or not asked: half of the points
--   season       {month, verdict, reason, basis} of the month asked for, or null
--   styleMarks   [{style, mark, weight}] of the styles asked for; mark null: unknown
--   skillMark    {skill, mark} of the skill asked for, or null
--   tagsMatched  [code] of mustHave; tagsAvoided [code]: present although to be avoided
--   tags         [code] all of them
--   access       [AccessRule without bikeClass] for the bike asked for; empty: unknown
--   hazards      [{kind, months, note}] in the month asked for (all, when none was)
--   size, climbingStyle, standing, visibility, status
--   notices      [{severity, body, endsOn, subjectName}] that change or forbid the trip, of
--                the system (subjectName null) or its trails, at most 2, the gravest first:
--                in the month asked for as it comes next, or within 60 days
--   basis        {field: basis} of facts whose basis is known; * for the others
--   routes       [RouteCard] up to 5 that are not too hard, fitting ones first
--   trailsByLabel {white, green, blue, black, double-black, unknown: count}
--   trailCount, routeCount
--   and for OPEN_DATA:
--   sources      [{title, attribution, licence, url}]
--   openM        metres of trail: all, and those roughly for each of the four skills
--   openTrails   up to 5 that fit best: {trail: TrailCard, lengthM, climbM, label}
--   trailCount, routeCount
CREATE FUNCTION api.discover(actor jsonb, question jsonb)
RETURNS TABLE (node json)
LANGUAGE plpgsql STABLE
-- Planning it takes two to three times as long as running it. A function of this language
-- keeps its plan in the session, even where statements are not prepared, as behind the
-- Data API.
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH scored AS MATERIALIZED (
    -- Numbered after the limit, so that not all of them are sorted.
    SELECT b.*, row_number() OVER (ORDER BY b.score DESC, b.name, b.id) AS n
    FROM (
      SELECT s.*, count(*) OVER () AS considered
      FROM api.discover_scores(actor, question) s
      ORDER BY s.score DESC, s.name, s.id
      LIMIT least(greatest(coalesce((question ->> 'first')::integer, 10), 1), 30)
    ) AS b
  ), stubs AS MATERIALIZED (
    SELECT c.id, c.name, c.distance_km, c.open_m, coalesce(c.open_m[1], 0) > 0 AS open
    FROM api.discover_candidates(actor, question, true) c
  ), open_data AS MATERIALIZED (
    SELECT o.id, o.distance_km, o.open_m, row_number() OVER (ORDER BY o.weight DESC, o.name, o.id) AS n
    FROM (
      SELECT s.*, (0.9 * coalesce(s.open_m[1 + q.skill], s.open_m[1]) + 0.1 * s.open_m[1]) / (1 + coalesce(s.distance_km, 0) / 100) AS weight
      FROM stubs s
      CROSS JOIN (SELECT array_position(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'], question ->> 'skill') AS skill) AS q
      WHERE s.open
    ) AS o
    ORDER BY o.weight DESC, o.name, o.id
    LIMIT 10
  ), undescribed AS MATERIALIZED (
    SELECT s.id, s.distance_km, row_number() OVER (ORDER BY s.distance_km, s.name, s.id) AS n
    FROM stubs s
    WHERE NOT s.open
    ORDER BY s.distance_km, s.name, s.id
    LIMIT 10
  ), w AS MATERIALIZED (
    SELECT coalesce((v.value ->> 'style')::numeric, 30) AS style, coalesce((v.value ->> 'skill')::numeric, 25) AS skill,
      coalesce((v.value ->> 'season')::numeric, 25) AS season, coalesce((v.value ->> 'fit')::numeric, 10) AS fit,
      coalesce((v.value ->> 'evidence')::numeric, 10) AS evidence,
      (SELECT bool_or(a.weight > 0) FROM api.asked_styles(question) a) AS styles,
      question ->> 'days' IS NOT NULL AS days, question ->> 'fitness' IS NOT NULL AS fitness,
      coalesce(api.question_list(question, 'mustHave'), '{}') AS must_have, coalesce(api.question_list(question, 'avoid'), '{}') AS avoid
    FROM (SELECT (SELECT x.value FROM api.setting_row x WHERE x.name = 'discovery.weights') AS value OFFSET 0) AS v
  ), trip AS MATERIALIZED (
    SELECT CASE WHEN m.month IS NULL OR m.month = extract(month FROM m.today) THEN m.today ELSE m.first END AS begins,
      CASE WHEN m.month IS NULL THEN m.today + 60 ELSE (m.first + interval '1 month')::date - 1 END AS ends
    FROM (
      SELECT x.today, x.month, make_date(extract(year FROM x.today)::integer + (x.month < extract(month FROM x.today))::integer, x.month, 1) AS first
      FROM (SELECT api.day_everywhere(now()) AS today, (question ->> 'month')::integer AS month) AS x
    ) AS m
  ), notices AS MATERIALIZED (
    SELECT x.system_id, json_agg(json_build_object('severity', x.severity, 'body', x.body, 'endsOn', x.ends_on, 'subjectName', x.name) ORDER BY x.n) AS list
    FROM (
      SELECT a.system_id, n.severity, n.body, n."endsOn" AS ends_on,
        CASE WHEN n."subjectKind" = 'TRAIL' THEN (SELECT e.name FROM api.entity_name_row e WHERE e.id = n."subjectId") END AS name,
        row_number() OVER (PARTITION BY a.system_id ORDER BY n.severity = 'CRITICAL' DESC, n."startsOn", n.id) AS n
      FROM api.seasonal_notice_cards(actor, coalesce(question ->> 'lang', 'en')) n
      JOIN (
        SELECT s.id AS system_id, s.id AS subject_id FROM scored s
        UNION ALL
        SELECT ts.system_id, ts.trail_id FROM scored s JOIN api.trail_system_row ts ON ts.system_id = s.id
      ) AS a ON a.subject_id = n."subjectId"
      CROSS JOIN trip t
      WHERE n.severity IN ('CRITICAL', 'IMPORTANT') AND n."startsOn" <= t.ends AND (n."endsOn" IS NULL OR n."endsOn" >= t.begins)
    ) AS x
    WHERE x.n <= 2
    GROUP BY x.system_id
  ), total AS (
    SELECT coalesce((SELECT max(s.considered) FROM scored s), 0) AS considered
  ), answer AS (
    SELECT 1 AS part, s.n, json_build_object(
      'kind', 'SUGGESTION', 'considered', s.considered,
      'system', (SELECT to_json(c) FROM api.system_cards(actor, coalesce(question ->> 'lang', 'en')) c WHERE c.id = s.id),
      'distanceKm', round(s.distance_km::numeric, 1),
      'score', s.score / 100.0,
      'parts', json_build_array(
        json_build_object('name', 'style', 'points', s.style / 100.0, 'of', w.style, 'asked', w.styles, 'known', s.style_known),
        json_build_object('name', 'skill', 'points', s.skill / 100.0, 'of', w.skill, 'asked', question ->> 'skill' IS NOT NULL, 'known', s.skill_known),
        json_build_object('name', 'season', 'points', s.season / 100.0, 'of', w.season, 'asked', question ->> 'month' IS NOT NULL, 'known', s.season_known),
        json_build_object('name', 'fit', 'points', s.fit / 100.0, 'of', w.fit, 'asked', w.days OR w.fitness,
          'known', (w.days OR w.fitness) AND (s.days_known OR NOT w.days) AND (s.fitness_known OR NOT w.fitness)),
        json_build_object('name', 'evidence', 'points', s.evidence / 100.0, 'of', w.evidence, 'asked', true, 'known', s.evidence_known)),
      'season', (
        SELECT json_build_object('month', m.month, 'verdict', m.verdict, 'reason', m.reason, 'basis', m.basis)
        FROM api.season_month_row m
        WHERE m.entity_id = s.id AND m.zone_id IS NULL AND m.month = (question ->> 'month')::integer),
      'styleMarks', (
        SELECT coalesce(json_agg(json_build_object('style', a.style, 'mark', m.mark, 'weight', a.weight) ORDER BY a.asked), '[]')
        FROM api.asked_styles(question) a
        LEFT JOIN api.system_style_mark_row m ON m.system_id = s.id AND m.style = a.style
        WHERE a.asked IS NOT NULL),
      'skillMark', (
        SELECT json_build_object('skill', m.skill, 'mark', m.mark)
        FROM api.system_skill_mark_row m
        WHERE m.system_id = s.id AND m.skill = question ->> 'skill'),
      'tagsMatched', (
        SELECT coalesce(json_agg(t.code ORDER BY t.position), '[]') FROM api.entity_tag_row t
        WHERE t.entity_id = s.id AND t.code = ANY (w.must_have)),
      'tagsAvoided', (
        SELECT coalesce(json_agg(t.code ORDER BY t.position), '[]') FROM api.entity_tag_row t
        WHERE t.entity_id = s.id AND t.code = ANY (w.avoid)),
      'tags', (SELECT v FROM api.entity_tags(s.id, 'en', actor) v),
      'access', (
        SELECT coalesce(json_agg(json_build_object('verdict', a.verdict, 'months', a.months, 'weekdays', a.weekdays,
          'hours', a.hours, 'whenWet', a.when_wet, 'legalBasis', a.legal_basis, 'source', a.source, 'date', a.dated)
          ORDER BY a.position), '[]')
        FROM api.access_rule_row a
        WHERE a.entity_id = s.id AND a.bike_class = question ->> 'bikeClass'),
      'hazards', (
        SELECT coalesce(json_agg(json_build_object('kind', h.hazard, 'months', h.months, 'note', h.note) ORDER BY h.hazard), '[]')
        FROM api.system_hazard_row h
        WHERE h.system_id = s.id
          AND (question ->> 'month' IS NULL OR h.months = '{}' OR (question ->> 'month')::integer = ANY (h.months))),
      'size', r.size, 'climbingStyle', r.climbing_style, 'standing', r.standing, 'visibility', r.visibility, 'status', r.status,
      'notices', (SELECT x.list FROM notices x WHERE x.system_id = s.id),
      'basis', (
        SELECT coalesce(json_object_agg(b.field, b.basis ORDER BY b.field COLLATE "C"), '{}')
        FROM api.fact_basis_row b
        WHERE b.entity_id = s.id),
      'routes', (
        SELECT coalesce(json_agg(to_json(f) ORDER BY f.rank, f.name, f.id), '[]')
        FROM (
          SELECT c.*,
            CASE WHEN c.skill = question ->> 'skill' THEN 0 ELSE 1 END
            + CASE WHEN c.fitness = question ->> 'fitness' THEN 0 ELSE 1 END
            + CASE WHEN c."mustDo" THEN 0 ELSE 1 END AS rank
          FROM api.route_system_row rs
          JOIN api.route_cards(actor, coalesce(question ->> 'lang', 'en')) c ON c.id = rs.route_id
          WHERE rs.system_id = s.id
            AND (question ->> 'skill' IS NULL OR c.skill IS NULL OR
              array_position(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'], c.skill)
              <= array_position(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT'], question ->> 'skill'))
            AND (question ->> 'fitness' IS NULL OR c.fitness IS NULL OR
              array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], c.fitness)
              <= array_position(ARRAY['CASUAL', 'FIT', 'VERY_FIT', 'ATHLETE'], question ->> 'fitness'))
          ORDER BY rank, c.name, c.id
          LIMIT 5
        ) AS f),
      'trailsByLabel', (
        SELECT coalesce(json_object_agg(l.label, l.n), '{}')
        FROM (
          SELECT coalesce(t.common_label, 'unknown') AS label, count(*) AS n
          FROM api.trail_system_row ts
          JOIN api.trail_row t ON t.id = ts.trail_id
          WHERE ts.system_id = s.id AND t.state = 'PUBLISHED' AND api.can_read(actor, t.state, t.visibility, t.created_by)
          GROUP BY 1
        ) AS l),
      'trailCount', (SELECT v FROM api.system_trail_count(s.id, 'en', actor) v),
      'routeCount', (SELECT v FROM api.system_route_count(s.id, 'en', actor) v)) AS node
    FROM scored s
    CROSS JOIN w
    JOIN api.system_row r ON r.id = s.id
    UNION ALL
    SELECT 2, o.n, json_build_object(
      'kind', 'OPEN_DATA', 'considered', t.considered,
      'system', (SELECT to_json(c) FROM api.system_cards(actor, coalesce(question ->> 'lang', 'en')) c WHERE c.id = o.id),
      'distanceKm', round(o.distance_km::numeric, 1),
      'openM', o.open_m,
      'sources', (
        SELECT coalesce(json_agg(json_build_object('title', l.title, 'attribution', l.attribution, 'licence', l.licence, 'url', l.url) ORDER BY l.source), '[]')
        FROM api.layer_entity_row l
        WHERE l.entity_id = o.id),
      'openTrails', (
        SELECT coalesce(json_agg(json_build_object('trail', to_json(c), 'lengthM', f.length_m, 'climbM', f.climb_m,
          'label', (SELECT v FROM api.layer_label(f.profile, f.title) v)) ORDER BY f.n), '[]')
        FROM (
          SELECT x.*, row_number() OVER (ORDER BY x.fits DESC, x.single DESC, x.rated DESC, x.length_m DESC, x.trail_id) AS n
          FROM (
            SELECT DISTINCT ON (ts.trail_id) ts.trail_id, l.title, l.length_m, l.climb_m, l.profile,
              question ->> 'skill' IS NULL OR coalesce(l.profile -> 'skills' ? (question ->> 'skill'), false) AS fits,
              l.profile ->> 'type' = 'SINGLETRACK' AS single,
              -- Built for it or praised, then of some difficulty, then the rest.
              CASE WHEN l.profile ->> 'forMTB' = 'true' THEN 2 WHEN l.profile @? '$.labels[*] ? (@.label != "0")' THEN 1 ELSE 0 END AS rated
            FROM api.trail_system_row ts
            JOIN api.entity_row e ON e.id = ts.trail_id
            JOIN api.layer_entity_row l ON l.entity_id = ts.trail_id
            WHERE ts.system_id = o.id AND e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
              AND api.sees_place(actor, e.visibility) AND l.profile ->> 'type' IN ('SINGLETRACK', 'DOUBLETRACK')
            ORDER BY ts.trail_id, l.source
          ) AS x
          ORDER BY x.fits DESC, x.single DESC, x.rated DESC, x.length_m DESC, x.trail_id
          LIMIT 5
        ) AS f
        JOIN api.trail_cards(actor, coalesce(question ->> 'lang', 'en')) c ON c.id = f.trail_id),
      'trailCount', (SELECT v FROM api.system_trail_count(o.id, 'en', actor) v),
      'routeCount', (SELECT v FROM api.system_route_count(o.id, 'en', actor) v))
    FROM open_data o
    CROSS JOIN total t
    UNION ALL
    SELECT 3, u.n, json_build_object(
      'kind', 'UNDESCRIBED', 'considered', t.considered,
      'system', (SELECT to_json(c) FROM api.system_cards(actor, coalesce(question ->> 'lang', 'en')) c WHERE c.id = u.id),
      'distanceKm', round(u.distance_km::numeric, 1))
    FROM undescribed u
    CROSS JOIN total t
  )
  SELECT a.node FROM answer a ORDER BY a.part, a.n;
END
$$;
COMMENT ON FUNCTION api.discover(jsonb, jsonb) IS 'Systems ranked for a rider and a time, with the facts that reasons and concerns are made of.';
