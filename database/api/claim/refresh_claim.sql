CREATE FUNCTION wiki.refresh_claim(claim uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- Two checks may come at once: the second waits here and then sees the first.
  PERFORM FROM wiki.claim c WHERE c.id = claim FOR NO KEY UPDATE;
  UPDATE wiki.claim c SET verdict = x.verdict, checked_on = CASE WHEN x.verdict <> 'UNCHECKED' THEN x.checked_on END
  FROM (
    SELECT wiki.claim_verdict(coalesce(jsonb_agg(jsonb_build_object('result', k.result, 'on', k.checked_on)), '[]')) AS verdict,
      max(k.checked_on) FILTER (WHERE k.result <> 'CANNOT_VERIFY') AS checked_on
    FROM api.counting_check_row k
    WHERE k.claim_id = claim
  ) AS x
  WHERE c.id = claim;
END
$$;
COMMENT ON FUNCTION wiki.refresh_claim(uuid) IS 'Rewrites a claim''s verdict and the day of its last check, from the checks that count.';
