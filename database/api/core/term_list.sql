CREATE FUNCTION api.term_list(vocabulary text) RETURNS TABLE (node json)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT json_build_object(
    'vocabulary', t.vocabulary, 'code', t.code, 'position', t.position, 'label', t.label,
    'description', t.description, 'group', t.term_group, 'common', t.common)
  FROM api.term_row t
  WHERE term_list.vocabulary IS NULL OR t.vocabulary = term_list.vocabulary
  ORDER BY t.vocabulary, t.position
$$;
COMMENT ON FUNCTION api.term_list(text) IS 'Members of one vocabulary (of all, when null) in their order, as Term.';
