CREATE FUNCTION api.claim_stale(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(api.is_stale(c.valid_until, c.checked_on))
  FROM api.claim_row c
  WHERE c.id = claim_stale.id
$$;
COMMENT ON FUNCTION api.claim_stale(uuid, text, jsonb) IS 'Whether a claim''s last day has passed, or its last check is too long ago.';
