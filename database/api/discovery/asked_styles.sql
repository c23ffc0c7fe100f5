CREATE FUNCTION api.asked_styles(question jsonb) RETURNS TABLE (n bigint, style text, weight double precision, asked bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT k.n, k.style, coalesce(a.weight, 0), a.n
  FROM unnest(ARRAY['XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW']) WITH ORDINALITY AS k (style, n)
  LEFT JOIN (
    -- Through numeric, so that no number a stranger can write is out of range.
    SELECT x.v ->> 'style' AS style, min(x.n) AS n,
      max(least(greatest(coalesce(round((x.v ->> 'weight')::numeric, 6), 1), 0), 3))::double precision AS weight
    FROM jsonb_array_elements(CASE jsonb_typeof(question -> 'styles') WHEN 'array' THEN question -> 'styles' ELSE '[]' END)
      WITH ORDINALITY AS x (v, n)
    WHERE x.n <= 10
    GROUP BY 1
  ) AS a ON a.style = k.style
$$;
COMMENT ON FUNCTION api.asked_styles(jsonb) IS 'The five riding styles with the weights a question gives them (0 to 3; 1 when it names none, 0 when it doesn''t name the style) and the place it names them at.';
