CREATE FUNCTION api.claim_needs_check(verdict text, valid_until date, checked_on date) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT verdict IN ('UNCHECKED', 'DISPUTED', 'OUTDATED') OR (verdict = 'VERIFIED' AND api.is_stale(valid_until, checked_on))
$$;
COMMENT ON FUNCTION api.claim_needs_check(text, date, date) IS 'Whether a claim waits for a check. What several riders refuted doesn''t: it waits for who corrects it or puts it away.';
