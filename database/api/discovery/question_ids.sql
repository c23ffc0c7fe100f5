CREATE FUNCTION api.question_ids(question jsonb, field text) RETURNS uuid[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN count(*) > 0 THEN coalesce(array_agg(v::uuid) FILTER (
    WHERE v ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'), '{}') END
  FROM unnest(api.question_list(question, field)) AS v
$$;
COMMENT ON FUNCTION api.question_ids(jsonb, text) IS 'A list of ids in a question; null when absent or empty, without what is no id.';
