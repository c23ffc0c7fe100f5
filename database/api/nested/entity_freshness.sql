-- Docs/content.md has the formula. An item is a fact with a date, or a claim; a claim
-- that supports a field and that field's fact are one item, as fresh as the worst of them.
CREATE FUNCTION api.entity_freshness(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  WITH rule AS MATERIALIZED (
    SELECT api.day_everywhere(now()) AS today, (s.value ->> 'fresh_days')::integer AS fresh, (s.value ->> 'gone_days')::integer AS gone,
      (s.value ->> 'unchecked')::numeric AS unchecked, (s.value ->> 'disputed')::numeric AS disputed
    FROM api.setting_row s
    WHERE s.name = 'freshness.points'
  ), claim AS MATERIALIZED (
    SELECT c.id, c.field, c.verdict, coalesce(c."checkedOn", c.date, e.created_at::date) AS dated, c."checkedOn", c."validUntil",
      api.is_stale(c."validUntil", c."checkedOn") AS stale
    FROM api.claim_cards(actor, lang) c
    JOIN api.entity_row e ON e.id = c.id
    WHERE c."subjectId" = entity_freshness.id
  ), part AS (
    SELECT 'field ' || f.field AS item, f.dated, coalesce(f.valid_until < r.today, false) AS over, 100::numeric AS most
    FROM api.fact_basis_row f
    CROSS JOIN rule r
    WHERE f.entity_id = entity_freshness.id AND num_nonnulls(f.dated, f.valid_until) > 0
    UNION ALL
    SELECT coalesce('field ' || c.field, 'claim ' || c.id), c.dated, c.stale OR c.verdict IN ('OUTDATED', 'REFUTED'),
      CASE c.verdict WHEN 'VERIFIED' THEN 100 WHEN 'DISPUTED' THEN r.disputed ELSE r.unchecked END
    FROM claim c
    CROSS JOIN rule r
  ), item AS (
    SELECT p.item, min(p.dated) AS dated, min(CASE WHEN p.over THEN 0 ELSE least(p.most, CASE
      WHEN p.dated IS NULL THEN 100
      ELSE 100.0 * (r.gone - greatest(r.today - p.dated, r.fresh)) / (r.gone - r.fresh) END) END) AS points
    FROM part p
    CROSS JOIN rule r
    GROUP BY p.item
  )
  SELECT json_build_object(
    'score', (SELECT round(avg(greatest(i.points, 0))) FROM item i),
    'items', (SELECT count(*) FROM item i),
    'oldest', (SELECT min(i.dated) FROM item i),
    'toCheck', (SELECT count(*) FILTER (WHERE api.claim_needs_check(c.verdict, c."validUntil", c."checkedOn")) FROM claim c),
    'disputed', (SELECT count(*) FILTER (WHERE c.verdict IN ('DISPUTED', 'REFUTED', 'OUTDATED')) FROM claim c))
$$;
COMMENT ON FUNCTION api.entity_freshness(uuid, text, jsonb) IS 'How fresh the dated facts of an entity are and the claims about it that the reader may see: 0 to 100, null when nothing has a date.';
