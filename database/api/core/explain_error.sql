CREATE FUNCTION wiki.explain_error(code text, said text, hint text, detail text, schema_name text,
  table_name text, constraint_name text, column_name text)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule text;
  members text;
  field text;
  request text;
BEGIN
  ok := false;

  IF code = 'MW000' THEN
    error_type := hint;
    message := said;
    data := nullif(detail, '')::jsonb;
    RETURN NEXT;
    RETURN;
  END IF;

  -- Two writers got into each other's way; the same request may succeed at once.
  IF code IN ('40001', '40P01', '55P03') THEN
    error_type := 'Busy';
    message := 'Someone else is changing the same thing right now. Try again.';
    RETURN NEXT;
    RETURN;
  END IF;

  -- A rule of a table or domain. Constraints carry their message as a comment.
  IF code IN ('23514', '23505', '23503', '23502', '23P01') THEN
    SELECT obj_description(c.oid, 'pg_constraint'),
      CASE
        WHEN c.contypid <> 0 AND pg_get_constraintdef(c.oid) LIKE '%= ANY%' THEN (
          SELECT string_agg(m[1], ', ')
          FROM regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''::text', 'g') AS m)
      END
    INTO rule, members
    FROM pg_constraint c
    JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE c.conname = constraint_name AND n.nspname = schema_name
      AND (coalesce(table_name, '') = '' OR c.conrelid = to_regclass(format('%I.%I', schema_name, table_name)))
    ORDER BY c.contypid <> 0
    LIMIT 1;
    IF rule IS NULL AND code = '23505' THEN
      SELECT obj_description(c.oid, 'pg_class') INTO rule
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = constraint_name AND n.nspname = schema_name AND c.relkind = 'i';
    END IF;
    -- snake_case columns are camelCase fields.
    field := (
      SELECT string_agg(CASE WHEN w.n = 1 THEN w.part ELSE initcap(w.part) END, '' ORDER BY w.n)
      FROM regexp_split_to_table(nullif(column_name, ''), '_') WITH ORDINALITY AS w (part, n));
    error_type := 'InvalidInput';
    message := coalesce(rule, CASE
      WHEN code = '23502' THEN format('%s is required.', coalesce(field, 'A value'))
      WHEN members IS NOT NULL THEN format('A value is not known here. Known are: %s.', members)
      WHEN constraint_name = 'mark_check' THEN 'Marks lie between 0 and 5.'
      WHEN constraint_name = 'latitude_check' THEN 'A latitude lies between -90 and 90 degrees.'
      WHEN constraint_name = 'longitude_check' THEN 'A longitude lies between -180 and 180 degrees.'
      WHEN constraint_name = 'month_check' THEN 'A month is a number from 1 to 12.'
      WHEN constraint_name = 'lang_tag_check' THEN 'A language is a BCP 47 tag such as en or pt-BR.'
      WHEN constraint_name = 'slug_text_check' THEN 'A slug has lower-case letters, digits and single hyphens, at most 100.'
      WHEN code = '23505' THEN 'The same value is there twice.'
      WHEN code = '23503' THEN 'A value names something that does not exist, or is still in use.'
      ELSE format('A value breaks the rule %s.', constraint_name)
    END);
    data := jsonb_strip_nulls(jsonb_build_object('constraint', nullif(constraint_name, ''), 'field', field));
    RETURN NEXT;
    RETURN;
  END IF;

  -- Data exceptions: a value of the wrong form or out of range. Their messages
  -- name the caller's value, never a statement.
  IF left(code, 2) = '22' THEN
    error_type := 'InvalidInput';
    message := left(format('A value has the wrong form: %s.', said), 300);
    RETURN NEXT;
    RETURN;
  END IF;

  -- Limits of the server itself, such as the depth of nesting.
  IF left(code, 2) = '54' THEN
    error_type := 'InvalidInput';
    message := 'A value is too large or too deeply nested.';
    RETURN NEXT;
    RETURN;
  END IF;

  request := substr(md5(gen_random_uuid()::text), 1, 8);
  RAISE LOG 'mtbwiki request % failed: % %, detail: %, hint: %, %.%, constraint %, column %',
    request, code, said, detail, hint, schema_name, table_name, constraint_name, column_name;
  error_type := 'InternalError';
  message := format('Something went wrong on our side (request %s).', request);
  RETURN NEXT;
END
$$;
COMMENT ON FUNCTION wiki.explain_error(text, text, text, text, text, text, text, text) IS 'What a caught error means for the caller. Called by the outermost block of every write function with its stacked diagnostics. What nobody foresaw goes to the server log under a request id.';
