CREATE FUNCTION api.seasonal_notice_confirmation(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('count', count(*), 'lastAt', to_char(max(c.confirmed_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.notice_confirmation_row c
  WHERE c.notice_id = seasonal_notice_confirmation.id
$$;
COMMENT ON FUNCTION api.seasonal_notice_confirmation(uuid, text, jsonb) IS 'How many riders confirmed a notice since it was last changed, and when last.';
