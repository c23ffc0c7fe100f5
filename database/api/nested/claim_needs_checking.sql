CREATE FUNCTION api.claim_needs_checking(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(api.claim_needs_check(c.verdict, c.valid_until, c.checked_on))
  FROM api.claim_row c
  WHERE c.id = claim_needs_checking.id
$$;
COMMENT ON FUNCTION api.claim_needs_checking(uuid, text, jsonb) IS 'Whether a claim waits for a check.';
