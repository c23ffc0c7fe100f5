CREATE FUNCTION api.claim_checks(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'check', to_json(k),
    'author', (SELECT v FROM api.entity_author(k.id, lang, actor) v),
    'counts', EXISTS (SELECT FROM api.counting_check_row c WHERE c.claim_id = claim_checks.id AND c.id = k.id)) ORDER BY k."checkedOn" DESC, k.id), '[]')
  FROM (
    SELECT k.*
    FROM api.fact_check_cards(actor, lang) k
    WHERE k."subjectId" = claim_checks.id
    ORDER BY k."checkedOn" DESC, k.id
    LIMIT 12
  ) AS k
$$;
COMMENT ON FUNCTION api.claim_checks(uuid, text, jsonb) IS 'The newest checks of a claim, at most 12.';
