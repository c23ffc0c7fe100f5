CREATE FUNCTION api.protection_list(actor jsonb, entity uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'id', p.id, 'entityId', p.entity_id, 'active', p.lifted_at IS NULL AND p.until > now(),
    'until', to_char(p.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'reason', p.reason,
    'protectedBy', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = p.protected_by),
    'protectedAt', to_char(p.protected_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'liftedBy', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = p.lifted_by),
    'liftedAt', to_char(p.lifted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.protection_row p
  JOIN api.entity_row e ON e.id = p.entity_id
  WHERE p.entity_id = protection_list.entity AND api.can_read(actor, e.state, e.visibility, e.created_by)
  ORDER BY p.protected_at DESC, p.id
  LIMIT 20
$$;
COMMENT ON FUNCTION api.protection_list(jsonb, uuid) IS 'The newest 20 protections of a page, as Protection, newest first.';
