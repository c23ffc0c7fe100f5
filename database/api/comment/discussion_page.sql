-- A row a comment, because a thread at its bounds is longer than a row may be. A page
-- ends with the thread that fills 400 KB, so that nobody's long comments make it
-- unreadable.
CREATE FUNCTION api.discussion_page(actor jsonb, subject uuid, first integer, after text)
RETURNS TABLE (opens boolean, leads boolean, closes boolean, more boolean, node json, last_at text, cursor text)
LANGUAGE sql STABLE
AS $$
  WITH page AS MATERIALIZED (
    SELECT t.id, t.last_at, row_number() OVER (ORDER BY t.last_at DESC, t.id) AS n
    FROM api.discussion_threads(actor, subject) t
    CROSS JOIN (
      SELECT CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f-]{36}$' THEN
          timestamptz 'epoch' + split_part(after, ':', 1)::bigint * interval '1 microsecond' END AS at,
        CASE WHEN after ~ '^[0-9]{1,17}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN split_part(after, ':', 2)::uuid END AS id
    ) AS c
    WHERE after IS NULL OR (t.last_at <= c.at AND (t.last_at < c.at OR t.id > c.id))
    ORDER BY t.last_at DESC, t.id
    LIMIT least(greatest(coalesce(first, 10), 1), 10) + 1
  ), comment AS MATERIALIZED (
    SELECT p.n, p.id AS thread, p.last_at, c.id, c.reply, c.created_at, c.state = 'PUBLISHED' AS stands, c.version, c.lang, c.body, c.created_by,
      c.changed_by_author, c.synthetic,
      -- What was taken away keeps its place while something stands after it.
      bool_or(c.state = 'PUBLISHED') OVER (PARTITION BY p.id ORDER BY c.reply, c.created_at, c.id
        ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS shown
    FROM page p
    JOIN api.discussion_comment_row c ON c.thread_id = p.id
    WHERE c.state IN ('PUBLISHED', 'ARCHIVED')
      AND (api.can_read(actor, c.state, c.visibility, c.created_by) OR (c.state = 'ARCHIVED' AND c.visibility <> 'HIDDEN'))
  ), sized AS (
    SELECT x.n, sum(x.size) OVER (ORDER BY x.n) - x.size AS before
    FROM (
      SELECT c.n, sum(700 + CASE WHEN c.stands THEN 2 * octet_length(to_json(c.body)::text) ELSE 0 END) AS size
      FROM comment c
      WHERE c.shown
      GROUP BY c.n
    ) AS x
  ), taken AS (
    SELECT s.n FROM sized s WHERE s.n <= least(greatest(coalesce(first, 10), 1), 10) AND s.before < 400000
  )
  SELECT row_number() OVER thread = 1, row_number() OVER thread = 2, row_number() OVER thread = count(*) OVER (PARTITION BY c.n),
    (SELECT count(*) FROM page) > (SELECT count(*) FROM taken),
    json_build_object(
      'id', c.id, 'version', c.version, 'body', CASE WHEN c.stands THEN c.body END, 'lang', c.lang,
      'author', CASE WHEN c.stands THEN (SELECT to_json(r) FROM api.rider_cards(actor, 'en') r WHERE r.id = c.created_by) END,
      'createdAt', to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'edited', c.stands AND (SELECT v::text::boolean FROM api.comment_edited(c.id, 'en', actor) v),
      'removed', CASE WHEN NOT c.stands THEN CASE WHEN c.changed_by_author THEN 'AUTHOR' ELSE 'MODERATOR' END END,
      'yours', coalesce(c.created_by = api.rider_id(actor), false),
      'synthetic', c.synthetic),
    to_char(c.last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    (extract(epoch FROM c.last_at) * 1000000)::bigint || ':' || c.thread
  FROM comment c
  JOIN taken t ON t.n = c.n
  WHERE c.shown
  WINDOW thread AS (PARTITION BY c.n ORDER BY c.reply, c.created_at, c.id)
  ORDER BY c.n, c.reply, c.created_at, c.id
$$;
COMMENT ON FUNCTION api.discussion_page(jsonb, uuid, integer, text) IS 'Discussion of a page, the thread with the newest comment first: a row a comment, as DiscussionComment, with whether it opens its thread, is its first reply, and is its last. At most first (1 to 10) threads after a cursor; more: there are others.';
