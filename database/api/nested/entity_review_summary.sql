CREATE FUNCTION api.entity_review_summary(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'count', x.locals + x.visitors,
    'locals', json_build_object('count', x.locals, 'average', CASE WHEN x.locals >= s.least THEN round(x.by_locals, 1) END),
    'visitors', json_build_object('count', x.visitors, 'average', CASE WHEN x.visitors >= s.least THEN round(x.by_visitors, 1) END))
  FROM (
    SELECT count(*) FILTER (WHERE c.perspective = 'LOCAL_RIDER') AS locals, avg(c.rating) FILTER (WHERE c.perspective = 'LOCAL_RIDER') AS by_locals,
      count(*) FILTER (WHERE c.perspective = 'VISITOR') AS visitors, avg(c.rating) FILTER (WHERE c.perspective = 'VISITOR') AS by_visitors
    FROM api.review_cards(actor, lang) c
    WHERE c."subjectId" = entity_review_summary.id
  ) AS x
  CROSS JOIN (SELECT (s.value #>> '{}')::integer AS least FROM api.setting_row s WHERE s.name = 'reviews.least') AS s
$$;
COMMENT ON FUNCTION api.entity_review_summary(uuid, text, jsonb) IS 'How many published reviews of something there are, and their average, of locals and visitors apart; no average of fewer riders than the setting reviews.least.';
