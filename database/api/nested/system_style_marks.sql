CREATE FUNCTION api.system_style_marks(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object('style', x.style, 'mark', x.mark) ORDER BY array_position(ARRAY['XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW'], x.style)), '[]')
  FROM api.system_style_mark_row x
  WHERE x.system_id = system_style_marks.id
$$;
COMMENT ON FUNCTION api.system_style_marks(uuid, text, jsonb) IS 'Marks of a system by riding style.';
