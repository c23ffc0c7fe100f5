CREATE FUNCTION api.question_list(question jsonb, field text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_agg(v.value ORDER BY v.n)
  FROM jsonb_array_elements_text(CASE jsonb_typeof(question -> field) WHEN 'array' THEN question -> field ELSE '[]' END)
    WITH ORDINALITY AS v (value, n)
  WHERE v.n <= 50
$$;
COMMENT ON FUNCTION api.question_list(jsonb, text) IS 'A list in a question, its first 50 members; null when absent or empty.';
