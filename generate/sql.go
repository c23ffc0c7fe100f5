package main

import (
	"fmt"
	"slices"
	"strings"
)

// sqlOf writes the views, list functions and write functions of an entity.
func (m *model) sqlOf(e *entity, out output) error {
	dir := "database/api/" + e.Table + "/"
	out.add(dir+e.Table+"_row.sql", "--", m.rowView(e))
	if len(e.texts()) > 0 {
		out.add(dir+e.Table+"_text_row.sql", "--", m.textView(e))
	}
	out.add(dir+e.listName()+".sql", "--", m.listFunction(e))
	out.add(dir+e.Table+"_cards.sql", "--", m.cardFunction(e))
	out.add(dir+"patch_"+e.Table+".sql", "--", m.patchFunction(e))
	out.add(dir+e.Table+"_facts.sql", "--", m.factsFunction(e))
	out.add(dir+e.Table+"_texts.sql", "--", m.textsFunction(e))
	out.add(dir+"insert_"+e.Table+".sql", "--", m.insertFunction(e))
	if !e.Own {
		out.add(dir+"create_"+e.Table+".sql", "--", m.createFunction(e))
	}
	out.add(dir+"update_"+e.Table+".sql", "--", m.updateFunction(e))
	out.add(dir+"archive_"+e.Table+".sql", "--", stateFunction(e, "archive", "Puts %s away; it can be restored."))
	out.add(dir+"restore_"+e.Table+".sql", "--", stateFunction(e, "restore", "Brings %s back from the archive."))
	out.add(dir+"columns.sql", "--", m.columnComments(e))
	return nil
}

// called is the label in running text: a guide, an access point.
func (e *entity) called() string {
	if strings.ContainsRune("AEIOU", rune(e.Label[0])) {
		return "an " + strings.ToLower(e.Label)
	}
	return "a " + strings.ToLower(e.Label)
}

// texts are the fields kept per language.
func (e *entity) texts() []*field {
	var fs []*field
	for _, f := range e.Fields {
		if f.Text {
			fs = append(fs, f)
		}
	}
	return fs
}

// stored are the facts with a column of their own in the entity's table.
func (e *entity) stored() []*field {
	var fs []*field
	for _, f := range e.Fields {
		if !f.Text && !f.Nested && !f.onEntity() {
			fs = append(fs, f)
		}
	}
	return fs
}

// onEntity tells whether the value stands in wiki.entity, which all kinds share.
func (f *field) onEntity() bool { return f.Name == "visibility" || f.Name == "synthetic" }

// sortsByName tells whether the table has a column name_key to sort by: the name
// in lower case without accents, with an index.
func (e *entity) sortsByName() bool { return slices.Contains(e.Sorts, "NAME") }

func (f *field) isPosition() bool { return f.named() == "Position" }

// columns of a stored field; a position has two.
func (f *field) columns() []string {
	if f.isPosition() {
		return []string{f.Column + "_lat", f.Column + "_lon"}
	}
	return []string{f.Column}
}

func (m *model) rowView(e *entity) string {
	var cols []string
	for _, f := range e.stored() {
		for _, c := range f.columns() {
			cols = append(cols, "t."+c)
		}
	}
	if e.sortsByName() {
		cols = append(cols, "t.name_key")
	}
	slug := "NULL::text"
	join := ""
	if e.Slug {
		slug = "s.slug::text"
		join = fmt.Sprintf("\nLEFT JOIN wiki.slug s ON s.entity_id = t.id AND s.lang = e.original_lang AND s.kind = '%s' AND s.current", e.Kind)
	}
	return fmt.Sprintf(`-- One row for each %[1]s, all columns, nothing hidden: reads go through api.%[2]s.
CREATE VIEW api.%[3]s_row AS
SELECT
  t.id,
  %[4]s AS slug,
  e.state,
  e.version,
  e.visibility,
  e.synthetic,
  e.original_lang,
  e.created_at,
  e.created_by,
  e.updated_at,
  %[5]s
FROM wiki.%[3]s t
JOIN wiki.entity e ON e.id = t.id%[6]s;
COMMENT ON VIEW api.%[3]s_row IS 'Each %[1]s with what every entity has; for the functions of schema api.';
`, strings.ToLower(e.Label), e.listName(), e.Table, slug, strings.Join(cols, ",\n  "), join)
}

func (m *model) textView(e *entity) string {
	var cols []string
	for _, f := range e.texts() {
		cols = append(cols, "x."+f.Column)
	}
	return fmt.Sprintf(`CREATE VIEW api.%[1]s_text_row AS
SELECT x.id, x.lang, %[2]s
FROM wiki.%[1]s_text x;
COMMENT ON VIEW api.%[1]s_text_row IS 'Texts of each %[3]s by language; for the functions of schema api.';
`, e.Table, strings.Join(cols, ", "), strings.ToLower(e.Label))
}

// shown is the expression of a field in a list function, over alias t of the row
// view. The function's parameters are qualified by its name: a bare lang would be
// the column of the text view.
func (m *model) shown(e *entity, f *field, function string) string {
	var x string
	switch {
	case f.Text:
		own := ""
		if f.OwnText {
			own = fmt.Sprintf(" AND api.lang_rank(x.lang, %s.lang, t.original_lang) < 2", function)
		}
		x = fmt.Sprintf(`(
    SELECT x.%[1]s
    FROM api.%[2]s_text_row x
    WHERE x.id = t.id AND x.%[1]s IS NOT NULL%[4]s
    ORDER BY api.lang_rank(x.lang, %[3]s.lang, t.original_lang), x.lang
    LIMIT 1
  )`, f.Column, e.Table, function, own)
		if f.isStructured() {
			x = fmt.Sprintf("coalesce(%s::json, '[]')", x)
		}
	case f.Nested:
		x = fmt.Sprintf("(SELECT v FROM api.%s_%s(t.id, %[3]s.lang, %[3]s.actor) v)", f.owner(e), snake(f.Name), function)
	case f.isPosition():
		x = fmt.Sprintf("CASE WHEN t.%[1]s_lat IS NOT NULL THEN json_build_object('lat', t.%[1]s_lat, 'lon', t.%[1]s_lon) END", f.Column)
	default:
		x = fmt.Sprintf("t.%s::%s", f.Column, m.sqlType(f))
	}
	if f.Masked {
		x = fmt.Sprintf("CASE WHEN api.sees_place(actor, t.visibility) THEN %s END", x)
	}
	return x
}

type column struct{ name, typ, expr string }

func printColumns(cols []column) (declared, selected string) {
	var d, s []string
	for _, c := range cols {
		d = append(d, fmt.Sprintf("%q %s", c.name, c.typ))
		s = append(s, fmt.Sprintf("%s AS %q", c.expr, c.name))
	}
	return strings.Join(d, ",\n  "), strings.Join(s, ",\n  ")
}

const isoTime = `to_char(t.%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

func (m *model) listFunction(e *entity) string {
	cols := []column{{"id", "uuid", "t.id"}}
	if e.Slug {
		cols = append(cols, column{"slug", "text", "t.slug::text"})
	}
	cols = append(cols,
		column{"state", "text", "t.state::text"},
		column{"version", "integer", "t.version"},
	)
	if !hasField(e, "visibility") {
		cols = append(cols, column{"visibility", "text", "t.visibility::text"})
	}
	cols = append(cols,
		column{"createdAt", "text", fmt.Sprintf(isoTime, "created_at")},
		column{"updatedAt", "text", fmt.Sprintf(isoTime, "updated_at")},
		column{"updatedMicros", "bigint", "(extract(epoch FROM t.updated_at) * 1000000)::bigint"},
	)
	if e.sortsByName() {
		cols = append(cols, column{"nameKey", "text", "t.name_key"})
	}
	for _, f := range e.Fields {
		if f.Nested {
			continue
		}
		cols = append(cols, column{f.Name, m.sqlType(f), m.shown(e, f, e.listName())})
	}
	declared, selected := printColumns(cols)
	return fmt.Sprintf(`-- Every %[1]s the actor may read, in the schema's spelling; texts in the language
-- asked for or the nearest there is. One SELECT, so that the planner inlines it.
CREATE FUNCTION api.%[2]s(actor jsonb, lang text)
RETURNS TABLE (
  %[3]s
)
LANGUAGE sql STABLE AS $$
SELECT
  %[4]s
FROM api.%[5]s_row t
WHERE api.can_read(actor, t.state, t.visibility, t.created_by)
$$;
COMMENT ON FUNCTION api.%[2]s(jsonb, text) IS 'Every %[1]s the actor may read, without the nested parts.';
`, strings.ToLower(e.Label), e.listName(), declared, selected, e.Table)
}

func (m *model) cardFunction(e *entity) string {
	cols := []column{{"id", "uuid", "t.id"}}
	if e.Slug {
		cols = append(cols, column{"slug", "text", "t.slug::text"})
	}
	cols = append(cols, column{"version", "integer", "t.version"}, column{"visibility", "text", "t.visibility::text"})
	for _, f := range e.Fields {
		if f.Card {
			cols = append(cols, column{f.Name, m.sqlType(f), m.shown(e, f, e.Table+"_cards")})
		}
	}
	declared, selected := printColumns(cols)
	return fmt.Sprintf(`-- The short form of every published %[1]s the actor may read.
CREATE FUNCTION api.%[2]s_cards(actor jsonb, lang text)
RETURNS TABLE (
  %[3]s
)
LANGUAGE sql STABLE AS $$
SELECT
  %[4]s
FROM api.%[2]s_row t
WHERE t.state = 'PUBLISHED' AND api.can_read(actor, t.state, t.visibility, t.created_by)
$$;
COMMENT ON FUNCTION api.%[2]s_cards(jsonb, text) IS 'Short form of every published %[1]s the actor may read.';
`, strings.ToLower(e.Label), e.Table, declared, selected)
}

// fromPatch reads a field's new value out of the patch.
func (m *model) fromPatch(f *field) string {
	switch {
	case f.isStructured():
		return m.structuredFromPatch(f)
	case m.sqlType(f) == "text":
		return fmt.Sprintf("nullif(btrim(patch->>'%s'), '')", f.Name)
	default:
		return fmt.Sprintf("(patch->>'%s')::%s", f.Name, m.sqlType(f))
	}
}

// structuredFromPatch checks a list among the texts by what the schema says of its
// members; an empty list is no text, so that another language's is shown.
func (m *model) structuredFromPatch(f *field) string {
	value := m.ByName[f.named()]
	if value == nil {
		return fmt.Sprintf("nullif(to_jsonb(wiki.check_strings('%[1]s', patch->'%[1]s', %[2]d)), '[]')", f.Name, f.Max)
	}
	var spec []string
	for _, part := range value.Fields {
		typ := map[string]string{"Int": "integer", "Float": "number", "Boolean": "boolean", "ID": "uuid", "AWSDate": "date"}[part.Type.Name()]
		if typ == "" {
			typ = "string"
		}
		if part.Type.NonNull {
			typ += "!"
		}
		spec = append(spec, fmt.Sprintf("%q: %q", part.Name, typ))
	}
	return fmt.Sprintf("nullif(jsonb_strip_nulls(wiki.check_items('%[1]s', patch->'%[1]s', %[2]d, '{%[3]s}')), '[]')", f.Name, f.Max, strings.Join(spec, ", "))
}

func (m *model) patchFunction(e *entity) string {
	var b strings.Builder
	fmt.Fprintf(&b, `-- Applies a patch: what is absent stays, what is null is cleared. Only writable
-- fields are looked at; the table's constraints judge the values.
CREATE FUNCTION wiki.patch_%[1]s(target uuid, language text, patch jsonb)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
`, e.Table)
	var sets []string
	for _, f := range e.stored() {
		if !f.Writable {
			continue
		}
		if f.isPosition() {
			for _, part := range []string{"lat", "lon"} {
				sets = append(sets, fmt.Sprintf("%[1]s_%[2]s = CASE WHEN patch ? '%[3]s' THEN (patch #>> '{%[3]s,%[2]s}')::double precision ELSE t.%[1]s_%[2]s END", f.Column, part, f.Name))
			}
			continue
		}
		sets = append(sets, fmt.Sprintf("%[1]s = CASE WHEN patch ? '%[2]s' THEN %[3]s ELSE t.%[1]s END", f.Column, f.Name, m.fromPatch(f)))
	}
	if len(sets) > 0 {
		fmt.Fprintf(&b, "  UPDATE wiki.%s t SET\n    %s\n  WHERE t.id = target;\n", e.Table, strings.Join(sets, ",\n    "))
	}
	if hasField(e, "visibility") {
		b.WriteString("  IF patch ? 'visibility' THEN\n    UPDATE wiki.entity SET visibility = patch->>'visibility' WHERE id = target;\n  END IF;\n")
	}
	if texts := e.texts(); len(texts) > 0 {
		var names, cols, values, updates []string
		for _, f := range texts {
			names = append(names, "'"+f.Name+"'")
			cols = append(cols, f.Column)
			values = append(values, m.fromPatch(f))
			updates = append(updates, fmt.Sprintf("%[1]s = CASE WHEN patch ? '%[2]s' THEN EXCLUDED.%[1]s ELSE x.%[1]s END", f.Column, f.Name))
		}
		fmt.Fprintf(&b, `  IF patch ?| ARRAY[%s] THEN
    INSERT INTO wiki.%s_text AS x (id, lang, %s)
    VALUES (
      target,
      language,
      %s
    )
    ON CONFLICT ON CONSTRAINT %s_text_pkey DO UPDATE SET
      %s;
  END IF;
`, strings.Join(names, ", "), e.Table, strings.Join(cols, ", "), strings.Join(values, ",\n      "), e.Table, strings.Join(updates, ",\n      "))
	}
	for _, f := range e.Fields {
		if f.Nested && f.Writable {
			fmt.Fprintf(&b, "  IF patch ? '%[1]s' THEN\n    PERFORM wiki.set_%[2]s_%[3]s(target, patch->'%[1]s');\n  END IF;\n", f.Name, f.owner(e), snake(f.Name))
		}
	}
	fmt.Fprintf(&b, `END
$$;
COMMENT ON FUNCTION wiki.patch_%[1]s(uuid, text, jsonb) IS 'Applies a patch to %[2]s: absent is unchanged, null is cleared.';
`, e.Table, e.called())
	return b.String()
}

func (m *model) factsFunction(e *entity) string {
	var parts []string
	for _, f := range e.Fields {
		switch {
		case f.Text, f.Kept:
		case f.Nested && f.Writable:
			parts = append(parts, fmt.Sprintf("wiki.get_%s_%s(t.id) AS %q", f.owner(e), snake(f.Name), f.Name))
		case f.Nested:
		case f.onEntity():
			parts = append(parts, fmt.Sprintf("e.%s AS %q", f.Column, f.Name))
		case f.isPosition():
			parts = append(parts, fmt.Sprintf("CASE WHEN t.%[1]s_lat IS NOT NULL THEN jsonb_build_object('lat', t.%[1]s_lat, 'lon', t.%[1]s_lon) END AS %[2]q", f.Column, f.Name))
		default:
			parts = append(parts, fmt.Sprintf("t.%s AS %q", f.Column, f.Name))
		}
	}
	return fmt.Sprintf(`-- The facts as a revision keeps them: the writable fields, in the schema's spelling.
CREATE FUNCTION wiki.%[1]s_facts(target uuid)
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT jsonb_strip_nulls(to_jsonb(f))
FROM (
  SELECT
    %[2]s
  FROM wiki.%[1]s t
  JOIN wiki.entity e ON e.id = t.id
  WHERE t.id = target
) f
$$;
COMMENT ON FUNCTION wiki.%[1]s_facts(uuid) IS 'Facts of %[3]s as a revision keeps them.';
`, e.Table, strings.Join(parts, ",\n    "), e.called())
}

func (m *model) textsFunction(e *entity) string {
	texts := e.texts()
	body := "SELECT NULL::jsonb WHERE target IS NOT NULL AND lang IS NOT NULL"
	if len(texts) > 0 {
		var parts []string
		for _, f := range texts {
			parts = append(parts, fmt.Sprintf("x.%s AS %q", f.Column, f.Name))
		}
		body = fmt.Sprintf(`SELECT jsonb_strip_nulls(to_jsonb(f))
FROM (
  SELECT
    %s
  FROM wiki.%s_text x
  WHERE x.id = target AND x.lang = textsof.lang
) f`, strings.Join(parts, ",\n    "), e.Table)
		body = strings.ReplaceAll(body, "textsof.lang", e.Table+"_texts.lang")
	}
	return fmt.Sprintf(`-- The texts of one language as a revision keeps them; null when there are none.
CREATE FUNCTION wiki.%[1]s_texts(target uuid, lang text)
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
%[2]s
$$;
COMMENT ON FUNCTION wiki.%[1]s_texts(uuid, text) IS 'Texts of %[3]s in one language as a revision keeps them.';
`, e.Table, body, e.called())
}

// outcome is what every write function returns and how it ends when refused:
// the block's effects are undone, the refusal becomes a row.
const outcomeReturns = `RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$`

const outcomeRefusal = `EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
`

const outcomeDeclare = `  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
`

// insertFunction makes the row that a kind's facts stand in, with what it can't be without.
func (m *model) insertFunction(e *entity) string {
	var cols, values []string
	for _, f := range e.stored() {
		switch {
		case f.Derived != "":
			cols, values = append(cols, f.Column), append(values, f.Derived)
		case f.Once && f.Name == "lang":
			cols, values = append(cols, f.Column), append(values, "coalesce(input->>'lang', 'en')")
		case f.Required || f.Once:
			cols = append(cols, f.Column)
			values = append(values, strings.ReplaceAll(m.fromPatch(f), "patch", "input"))
		}
	}
	return fmt.Sprintf(`-- The row that the facts stand in, with those it can't be without.
CREATE FUNCTION wiki.insert_%[1]s(target uuid, input jsonb)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO wiki.%[1]s (id, %[2]s)
  VALUES (
    target,
    %[3]s
  )
$$;
COMMENT ON FUNCTION wiki.insert_%[1]s(uuid, jsonb) IS 'Makes the row of %[4]s; its entity is there.';
`, e.Table, strings.Join(cols, ", "), strings.Join(values, ",\n    "), e.called())
}

func (m *model) createFunction(e *entity) string {
	check := ""
	if e.Check {
		check = fmt.Sprintf("  PERFORM wiki.check_new_%s(actor, input);\n", e.Table)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `-- The use case behind Mutation.create%[1]s. Sending the same id again is a conflict.
CREATE FUNCTION api.create_%[2]s(actor jsonb, input jsonb)
%[3]s
DECLARE
  rider uuid;
  made wiki.entity;
%[4]sBEGIN
  rider := wiki.writer(actor);
%[5]s  made := wiki.create_entity(actor, rider, '%[6]s', input);
  PERFORM wiki.insert_%[2]s(made.id, input);
  PERFORM wiki.patch_%[2]s(made.id, made.original_lang, input);
  made := wiki.record_change(actor, rider, made.id, 'CREATE', made.original_lang, input->>'comment');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', made.id, 'version', made.version);
%[7]sCOMMENT ON FUNCTION api.create_%[2]s(jsonb, jsonb) IS 'Makes %[8]s.';
`, e.Name, e.Table, outcomeReturns, outcomeDeclare, check, e.Kind, outcomeRefusal, e.called())
	return b.String()
}

func (m *model) updateFunction(e *entity) string {
	careful := ""
	for _, f := range e.Fields {
		if f.Careful {
			careful = "  PERFORM wiki.refuse_careful(actor, target, patch);\n"
		}
	}
	lang := "coalesce(input->>'lang', 'en')"
	if hasField(e, "lang") {
		lang = "target.original_lang"
	}
	return fmt.Sprintf(`-- The use case behind Mutation.update%[1]s.
CREATE FUNCTION api.update_%[2]s(actor jsonb, input jsonb)
%[3]s
DECLARE
  rider uuid;
  target wiki.entity;
  patch jsonb;
%[4]sBEGIN
  rider := wiki.writer(actor);
  target := wiki.lock_entity(actor, rider, '%[5]s', (input->>'id')::uuid, 'update');
  patch := wiki.merge_patch(actor, target, %[7]s, input);
%[6]s  PERFORM wiki.patch_%[2]s(target.id, %[7]s, patch);
  target := wiki.record_change(actor, rider, target.id, 'EDIT', %[7]s, input->>'comment');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', target.id, 'version', target.version);
%[8]sCOMMENT ON FUNCTION api.update_%[2]s(jsonb, jsonb) IS 'Changes %[9]s by a patch made from a known version.';
`, e.Name, e.Table, outcomeReturns, outcomeDeclare, e.Kind, careful, lang, outcomeRefusal, e.called())
}

func stateFunction(e *entity, action, comment string) string {
	return fmt.Sprintf(`-- The use case behind Mutation.%[1]s%[2]s.
CREATE FUNCTION api.%[1]s_%[3]s(actor jsonb, input jsonb)
%[4]s
DECLARE
  target wiki.entity;
%[5]sBEGIN
  target := wiki.change_state(actor, input, '%[6]s', '%[1]s');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', target.id, 'version', target.version);
%[7]sCOMMENT ON FUNCTION api.%[1]s_%[3]s(jsonb, jsonb) IS '%[8]s';
`, action, e.Name, e.Table, outcomeReturns, outcomeDeclare, e.Kind, outcomeRefusal, fmt.Sprintf(comment, e.called()))
}

// columnComments documents the columns with the schema's own words.
func (m *model) columnComments(e *entity) string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- What the schema says of each field, on its column, and its class of data (package\n-- masking).\n")
	fmt.Fprintf(&b, "COMMENT ON COLUMN wiki.%s.id IS 'The entity whose facts these are. [public]';\n", e.Table)
	for _, f := range e.Fields {
		if f.Nested || f.onEntity() {
			continue
		}
		table := e.Table
		if f.Text {
			table += "_text"
		}
		text := strings.Join(strings.Fields(describe(f)), " ")
		if text == "" {
			text = "Field " + f.Name + " of the schema."
		}
		for _, c := range f.columns() {
			fmt.Fprintf(&b, "COMMENT ON COLUMN wiki.%s.%s IS '%s [%s]';\n", table, c, strings.ReplaceAll(text, "'", "''"), f.Class)
		}
	}
	return b.String()
}

// dispatchSQL writes the functions that choose by kind.
func (m *model) dispatchSQL(out output) {
	type fn struct{ name, args, types, returns, volatile, comment, call string }
	fns := []fn{
		{"facts_of", "kind text, target uuid", "text, uuid", "jsonb", "STABLE", "Facts of an entity of any kind, as a revision keeps them.", "wiki.%s_facts(target)"},
		{"texts_of", "kind text, target uuid, lang text", "text, uuid, text", "jsonb", "STABLE", "Texts of an entity of any kind in one language.", "wiki.%s_texts(target, lang)"},
	}
	for _, f := range fns {
		var b strings.Builder
		fmt.Fprintf(&b, "CREATE FUNCTION wiki.%s(%s)\nRETURNS %s\nLANGUAGE sql %s SET search_path = pg_catalog, pg_temp AS $$\nSELECT CASE kind\n", f.name, f.args, f.returns, f.volatile)
		for _, e := range m.Entities {
			fmt.Fprintf(&b, "  WHEN '%s' THEN %s\n", e.Kind, fmt.Sprintf(f.call, e.Table))
		}
		fmt.Fprintf(&b, "END\n$$;\nCOMMENT ON FUNCTION wiki.%s(%s) IS '%s';\n", f.name, f.types, f.comment)
		out.add("database/api/dispatch/"+f.name+".sql", "--", b.String())
	}

	for _, f := range []struct{ name, args, types, comment, call string }{
		{"insert_entity", "kind text, target uuid, input jsonb", "text, uuid, jsonb", "Makes the row of a kind for an entity that is there.", "wiki.insert_%s(target, input)"},
		{"patch_entity", "kind text, target uuid, lang text, patch jsonb", "text, uuid, text, jsonb", "Applies a patch to an entity of any kind.", "wiki.patch_%s(target, lang, patch)"},
	} {
		var b strings.Builder
		fmt.Fprintf(&b, "CREATE FUNCTION wiki.%s(%s)\nRETURNS void\nLANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n  CASE kind\n", f.name, f.args)
		for _, e := range m.Entities {
			fmt.Fprintf(&b, "    WHEN '%s' THEN PERFORM %s;\n", e.Kind, fmt.Sprintf(f.call, e.Table))
		}
		fmt.Fprintf(&b, "  END CASE;\nEND\n$$;\nCOMMENT ON FUNCTION wiki.%s(%s) IS '%s';\n", f.name, f.types, f.comment)
		out.add("database/api/dispatch/"+f.name+".sql", "--", b.String())
	}

	m.nameView(out)
	m.fieldList(out, "careful_fields", "Fields whose change by a rider is held for review.", func(f *field) bool { return f.Careful })
	m.fieldList(out, "updatable_fields", "Fields that an update or a proposal may name.", func(f *field) bool { return f.Writable })
	m.fieldList(out, "text_fields", "Fields that stand in languages, each with a chain of its own.", func(f *field) bool { return f.Text })
	m.fieldList(out, "masked_fields", "Fields that readers of the name only do not see.", func(f *field) bool { return f.Masked })
}

// nameView is what to call any entity: by its name, or by how its words begin.
func (m *model) nameView(out output) {
	var parts []string
	for _, e := range m.Entities {
		switch {
		case hasField(e, "name"):
			parts = append(parts, fmt.Sprintf("SELECT t.id, t.name FROM wiki.%s t", e.Table))
		case hasField(e, "body"):
			parts = append(parts, fmt.Sprintf("SELECT t.id, left(t.body, 60) FROM wiki.%s t", e.Table))
		case hasField(e, "caption"):
			parts = append(parts, fmt.Sprintf("SELECT t.id, left(t.caption, 60) FROM wiki.%s t", e.Table))
		}
	}
	out.add("database/api/dispatch/entity_name_row.sql", "--", "CREATE VIEW api.entity_name_row AS\n"+strings.Join(parts, "\nUNION ALL\n")+
		";\nCOMMENT ON VIEW api.entity_name_row IS 'Name of every entity; what has none is called by its first 60 characters. The caller applies api.can_read.';\n")
}

func (m *model) fieldList(out output, name, comment string, pick func(*field) bool) {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE FUNCTION wiki.%s(kind text)\nRETURNS text[]\nLANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$\nSELECT CASE kind\n", name)
	for _, e := range m.Entities {
		var names []string
		for _, f := range e.Fields {
			if pick(f) {
				names = append(names, "'"+f.Name+"'")
			}
		}
		fmt.Fprintf(&b, "  WHEN '%s' THEN ARRAY[%s]::text[]\n", e.Kind, strings.Join(names, ", "))
	}
	fmt.Fprintf(&b, "END\n$$;\nCOMMENT ON FUNCTION wiki.%s(text) IS '%s';\n", name, comment)
	out.add("database/api/dispatch/"+name+".sql", "--", b.String())
}
