package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// vtlOf writes the templates of an entity's plain fields.
func (m *model) vtlOf(e *entity, out output) {
	one := lowerFirst(e.Name)
	put := func(name, text string) { out.add("api/resolvers/"+name+".vtl", "##", text) }
	put("Query."+one+".request", m.getRequest(e, false))
	put("Query."+one+".response", getResponse(e))
	if e.Own {
		put("Query.me.request", m.getRequest(e, true))
		put("Query.me.response", getResponse(e))
	}
	put("Query."+e.Plural+".request", m.listRequest(e))
	put("Query."+e.Plural+".response", listResponse)
	for _, verb := range []string{"create", "update", "archive", "restore"} {
		put("Mutation."+verb+e.Name+".request", m.writeRequest(e, verb))
		put("Mutation."+verb+e.Name+".response", writeResponse)
	}
}

// useCaseVTL writes the templates of hand-declared mutations that answer an
// entity: Mutation.setTrailLine calls api.set_trail_line.
func (m *model) useCaseVTL(out output) {
	mutation := m.ByName["Mutation"]
	if mutation == nil {
		return
	}
	for _, f := range mutation.Fields {
		for _, e := range m.Entities {
			if f.Type.Name() == e.Name {
				out.add("api/resolvers/Mutation."+f.Name+".request.vtl", "##", m.writeRequestFor(e, f.Name, snake(f.Name), "t.id = CAST(:id AS uuid)", false))
				out.add("api/resolvers/Mutation."+f.Name+".response.vtl", "##", writeResponse)
			}
		}
	}
}

// actorLine makes the actor, from the identity alone.
const actorLine = `#set($mode = "KEY")
#if($util.authType() == "User Pool Authorization")
  #set($mode = "USER")
#elseif($util.authType() == "IAM Authorization")
  #set($mode = "IAM")
#end
#set($actor = {
  "sub": $ctx.identity.sub,
  "username": $ctx.identity.username,
  "groups": $ctx.identity.claims.get("cognito:groups"),
  "mode": $mode
})
`

// uuidPattern is what stands in a pattern; wholeUUID is one, between \A and \z: whether
// $util.matches takes part of a text for a match is not settled.
const uuidPattern = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

const wholeUUID = `\A` + uuidPattern + `\z`

const langLines = `#set($lang = $util.defaultIfNull(%s, "en"))
#if(!$util.matches("\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\z", $lang))
  $util.error("lang must be a language tag such as en or pt-BR, not '$lang'", "InvalidInput")
#end
`

// gatedFields of an entity, in order: those that stand behind a boolean parameter
// because they cost much or are long.
func (e *entity) gatedFields() []*field {
	var fs []*field
	for _, f := range e.Fields {
		if f.Nested || f.isStructured() {
			fs = append(fs, f)
		}
	}
	return fs
}

// plainColumns selects what needs no parameter, over alias t of the list function.
func (e *entity) plainColumns(more ...string) string {
	if !slices.ContainsFunc(e.Fields, (*field).isStructured) {
		return "t.*"
	}
	names := slices.Concat([]string{"id", "slug", "state", "version", "visibility", "createdAt", "updatedAt"}, more)
	for _, f := range e.Fields {
		if !f.Nested && !f.isStructured() && f.Name != "visibility" {
			names = append(names, f.Name)
		}
	}
	for i, n := range names {
		names[i] = fmt.Sprintf("t.%q", n)
	}
	return strings.Join(names, ", ")
}

// shapeLines set $full and one $want... per nested field. A path that the
// template doesn't know (an alias) means the full shape: asking too much is
// allowed, answering null for something that exists is not.
func (m *model) shapeLines(e *entity, prefixes []string, extra []string) string {
	var b strings.Builder
	known := append([]string{}, extra...)
	names := []string{"id", "state", "version", "createdAt", "updatedAt"}
	if e.Slug {
		names = append(names, "slug")
	}
	if !hasField(e, "visibility") {
		names = append(names, "visibility")
	}
	if !hasField(e, "lang") {
		names = append(names, "lang")
	}
	names = append(names, "__typename")
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	for _, n := range names {
		known = append(known, prefixes[0]+n)
	}
	b.WriteString("#set($paths = $ctx.info.selectionSetList)\n#set($known = {\n")
	for i, k := range known {
		comma := ","
		if i == len(known)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "  %q: true%s\n", k, comma)
	}
	b.WriteString("})\n#set($full = $paths.size() > 900)\n#if(!$full)\n  #foreach($path in $paths)\n")
	// Deeper paths stand below a nested field that was looked at before them.
	deeper := `!$path.contains("/")`
	if prefixes[0] != "" {
		b.WriteString("    #set($path = $path.replace(\"edges/node/\", \"nodes/\"))\n")
		deeper = `$path.indexOf("/", 6) < 0`
	}
	fmt.Fprintf(&b, "    #if(%s && !$known.containsKey($path))\n      #set($full = true)\n      #break\n    #end\n  #end\n#end\n", deeper)
	return b.String()
}

// wantValue is the boolean of a nested field for the variable map.
func wantValue(f *field, prefixes []string) string {
	var tests []string
	for _, p := range prefixes {
		tests = append(tests, fmt.Sprintf("$paths.contains(%q)", p+f.Name))
	}
	return "#if($full || " + strings.Join(tests, " || ") + ")true#{else}false#end"
}

// gatedColumns selects the costly parts, each behind its boolean; where only the
// name is public, those that would tell more are empty.
func gatedColumns(b *strings.Builder, e *entity) {
	for _, f := range e.gatedFields() {
		if f.isStructured() {
			fmt.Fprintf(b, ",\n    CASE WHEN CAST(:%s AS boolean) THEN t.%q END AS %[2]q", "want_"+snake(f.Name), f.Name)
			continue
		}
		call := fmt.Sprintf("(SELECT v FROM api.%s_%s(t.id, CAST(:lang AS text), CAST(:actor AS jsonb)) v)", f.owner(e), snake(f.Name))
		if f.Masked {
			empty := "NULL"
			if f.isList() && f.Type.NonNull {
				empty = "'[]'"
			}
			call = fmt.Sprintf("CASE WHEN api.sees_place(CAST(:actor AS jsonb), t.visibility) THEN %s ELSE %s END", call, empty)
		}
		fmt.Fprintf(b, ",\n    CASE WHEN CAST(:%s AS boolean) THEN %s END AS %q", "want_"+snake(f.Name), call, f.Name)
	}
}

// shapeSQL is the entity with its nested parts, each behind its boolean.
func (m *model) shapeSQL(e *entity, from, where, tail string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SELECT %s AS node\nFROM (\n  SELECT\n    %s", nodePart, e.plainColumns())
	if !hasField(e, "lang") {
		b.WriteString(",\n    CAST(:lang AS text) AS lang")
	}
	gatedColumns(&b, e)
	fmt.Fprintf(&b, "\n  FROM %s t\n  WHERE %s%s\n) n%s\nORDER BY p.part", from, where, tail, nodeParts)
	return b.String()
}

// A row of the Data API has 64 KB, the fullest entity twice that. So its JSON comes in
// parts, a row each, which the response templates write one behind the other.
// 15,000 characters have at most 60,000 bytes. OFFSET 0: the JSON is made once, not for
// each part.
const (
	nodePart  = "substr(w.node, 1 + 15000 * p.part, 15000)"
	nodeParts = "\nCROSS JOIN LATERAL (SELECT CAST(to_json(n) AS text) AS node OFFSET 0) w\nCROSS JOIN LATERAL generate_series(0, (length(w.node) - 1) / 15000) AS p (part)"
	// An answer has 1 MiB, in which each quotation mark may count twice: a page ends
	// before what would be more than this many bytes.
	mostOfPage = 500_000
)

// vtlString makes a raw Velocity string literal.
func vtlString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (m *model) wantLines(e *entity, prefixes []string) string {
	var b strings.Builder
	for _, f := range e.gatedFields() {
		fmt.Fprintf(&b, "    \":want_%s\": %s,\n", snake(f.Name), wantValue(f, prefixes))
	}
	return b.String()
}

func (m *model) listOf(e *entity) string {
	return fmt.Sprintf("api.%s(CAST(:actor AS jsonb), CAST(:lang AS text))", e.listName())
}

func (m *model) getRequest(e *entity, own bool) string {
	var b strings.Builder
	one := lowerFirst(e.Name)
	prefixes := []string{""}
	langFrom := "$ctx.args.lang"
	if own {
		fmt.Fprintf(&b, "## Query.me: the caller's own %s.\n", strings.ToLower(e.Label))
		langFrom = "$null"
	} else {
		fmt.Fprintf(&b, "## Query.%s: one %s.\n", one, strings.ToLower(e.Label))
	}
	b.WriteString(actorLine)
	fmt.Fprintf(&b, langLines, langFrom)
	b.WriteString(m.shapeLines(e, prefixes, nil))
	switch {
	case own:
		fmt.Fprintf(&b, "#set($sql = %s)\n", vtlString(m.shapeSQL(e, m.listOf(e), "t.id = api.rider_id(CAST(:actor AS jsonb))", "")))
		b.WriteString("#set($key = \"\")\n")
	case e.Slug:
		fmt.Fprintf(&b, `#if($util.isNullOrBlank($ctx.args.id) == $util.isNullOrBlank($ctx.args.slug))
  $util.error("%[1]s needs either an id or a slug", "InvalidInput")
#end
#if(!$util.isNullOrBlank($ctx.args.id))
  #if(!$util.matches("%[2]s", $ctx.args.id))
    $util.error("id must be a UUID, not '$ctx.args.id'", "InvalidInput")
  #end
  #set($key = $ctx.args.id)
  #set($sql = %[3]s)
#else
  #set($key = $ctx.args.slug)
  #set($sql = %[4]s)
#end
`, one, wholeUUID,
			vtlString(m.shapeSQL(e, m.listOf(e), "t.id = CAST(:key AS uuid)", "")),
			vtlString(m.shapeSQL(e, m.listOf(e), fmt.Sprintf("t.id = (\n    SELECT s.entity_id\n    FROM api.slug_row s\n    WHERE s.kind = '%s' AND s.slug = CAST(:key AS text)\n    ORDER BY s.lang = CAST(:lang AS text) DESC, s.current DESC, s.lang\n    LIMIT 1\n  )", e.Kind), "")))
	default:
		fmt.Fprintf(&b, `#if(!$util.matches("%s", $util.defaultIfNull($ctx.args.id, "")))
  $util.error("id must be a UUID, not '$!ctx.args.id'", "InvalidInput")
#end
#set($key = $ctx.args.id)
#set($sql = %s)
`, wholeUUID, vtlString(m.shapeSQL(e, m.listOf(e), "t.id = CAST(:key AS uuid)", "")))
	}
	fmt.Fprintf(&b, `{
  "version": "2018-05-29",
  "statements": [$util.toJson($sql)],
  "variableMap": {
    ":actor": $util.toJson($util.toJson($actor)),
    ":lang": $util.toJson($lang),
%s    ":key": $util.toJson($key)
  }
}
`, m.wantLines(e, prefixes))
	return b.String()
}

const databaseFailed = `#if($ctx.error)
  $util.error("The database did not answer this request; try again in a moment.", "InternalError")
#end
`

func getResponse(e *entity) string {
	return "## Rows whose column node is the answer in parts, or none.\n" + databaseFailed + `#set($rows = $util.rds.toJsonObject($ctx.result)[0])
#if($rows.isEmpty())null#else#foreach($row in $rows)$row.node#end#end
`
}

func (m *model) listRequest(e *entity) string {
	var b strings.Builder
	prefixes := []string{"nodes/", "edges/node/"}
	fmt.Fprintf(&b, "## Query.%s: a page of a list, and its count when asked for.\n", e.Plural)
	b.WriteString(actorLine)
	fmt.Fprintf(&b, langLines, "$ctx.args.lang")
	b.WriteString(m.shapeLines(e, prefixes, []string{
		"nodes", "edges", "edges/cursor", "edges/node", "pageInfo", "pageInfo/hasNextPage", "pageInfo/endCursor",
		"totalCount", "totalIsMore", "__typename", "edges/__typename", "pageInfo/__typename",
	}))
	b.WriteString(`#set($first = $util.defaultIfNull($ctx.args.first, 20))
#if($first < 1 || $first > 50)
  $util.error("first must lie between 1 and 50, not $first", "InvalidInput")
#end
`)
	heavy := []string{}
	for _, f := range e.gatedFields() {
		if f.isStructured() && f.named() != "String" {
			heavy = append(heavy, f.Name)
		} else if n := f.named(); strings.HasSuffix(n, "Card") && f.isList() && (n == "TrailCard" || n == "SystemCard" && e.Name == "Region") {
			heavy = append(heavy, f.Name)
		}
	}
	if len(heavy) > 0 {
		var tests []string
		for _, h := range heavy {
			for _, p := range prefixes {
				tests = append(tests, fmt.Sprintf("$paths.contains(%q)", p+h))
			}
		}
		fmt.Fprintf(&b, "#if($first > 15 && ($full || %s))\n  $util.error(\"with %s in the selection, first must be at most 15, not $first\", \"TooMuch\")\n#end\n",
			strings.Join(tests, " || "), strings.Join(heavy, " or "))
	}
	// The cursor is text, number|id|text of the row's sort keys: whether AppSync's
	// base64Decode gives a string is not settled, so templates stay off it.
	b.WriteString(`#set($cursorNumber = "-Infinity")
#set($cursorId = "00000000-0000-0000-0000-000000000000")
#set($cursorText = "")
#if(!$util.isNullOrEmpty($ctx.args.after))
  #set($plain = $ctx.args.after)
  #if($plain.length() > 1000 || !$util.matches("(?s)\A-?(Infinity|[0-9.]+([eE][+-]?[0-9]+)?)\|` + uuidPattern + `\|.*\z", $plain))
    $util.error("after is no cursor of this list; take it from pageInfo.endCursor", "InvalidInput")
  #end
  #set($bar = $plain.indexOf("|"))
  #set($cursorNumber = $plain.substring(0, $bar))
  #set($idFrom = $bar + 1)
  #set($idTo = $bar + 37)
  #set($textFrom = $bar + 38)
  #set($cursorId = $plain.substring($idFrom, $idTo))
  #set($cursorText = $plain.substring($textFrom))
#end
#set($filter = $util.defaultIfNull($ctx.args.filter, {}))
`)
	if len(e.Sorts) > 1 {
		fmt.Fprintf(&b, "#set($sort = $util.defaultIfNull($ctx.args.sort, %q))\n", e.Sorts[0])
	}

	// Clauses. Each is a fixed text; there are at most 18 texts a statement.
	var clauses, vars strings.Builder
	clauses.WriteString("#set($where = 't.state = CAST(:state AS text)')\n")
	vars.WriteString("    \":state\": $util.toJson($util.defaultIfNull($filter.state, \"PUBLISHED\")),\n")
	var refine []string
	var refineTests []string
	for _, f := range e.Fields {
		switch f.Filter {
		case "EQ", "HAS":
			fmt.Fprintf(&clauses, "#if($util.defaultIfNull($filter.%[1]s, []).size() > 20)\n  $util.error(\"filter.%[1]s takes at most 20 values\", \"InvalidInput\")\n#end\n", f.Name)
			if f.named() == "ID" {
				fmt.Fprintf(&clauses, "#foreach($id in $util.defaultIfNull($filter.%[1]s, []))\n  #if(!$util.matches(\"%[2]s\", $id))\n    $util.error(\"filter.%[1]s takes UUIDs, not '$id'\", \"InvalidInput\")\n  #end\n#end\n", f.Name, wholeUUID)
			}
			// Values travel as a JSON array in one text parameter.
			param := ":filter_" + snake(f.Name)
			fmt.Fprintf(&vars, "    %q: #if($util.isNull($filter.%[2]s))null#{else}$util.toJson($util.toJson($filter.%[2]s))#end,\n", param, f.Name)
			test := fmt.Sprintf("!$util.isNull($filter.%s)", f.Name)
			values := fmt.Sprintf("(SELECT v.value FROM json_array_elements_text(CAST(%s AS json)) v)", param)
			var clause string
			if f.Filter == "EQ" {
				if kind := map[string]string{"ID": "uuid", "Boolean": "boolean"}[f.named()]; kind != "" {
					// As an array: of a list that it can't look into, the planner expects a hundred.
					clause = fmt.Sprintf(`t.%q = ANY (ARRAY(SELECT CAST(v.value AS %s) FROM json_array_elements_text(CAST(%s AS json)) v))`, f.Name, kind, param)
				} else {
					clause = fmt.Sprintf(`t.%q IN %s`, f.Name, values)
				}
			} else {
				table, value, _ := strings.Cut(f.Through, ".")
				key := e.Table + "_id"
				if strings.HasPrefix(table, "entity_") {
					key = "entity_id"
				}
				// Values are compared as what they are, so that an index finds them.
				item := "v.value"
				if f.named() == "ID" {
					item = "CAST(v.value AS uuid)"
				}
				from := fmt.Sprintf("FROM json_array_elements_text(CAST(%s AS json)) v", param)
				clause = fmt.Sprintf("t.id IN (\n      SELECT x.%[1]s\n      FROM api.%[2]s_row x\n      WHERE x.%[3]s IN (SELECT %[4]s %[5]s)\n      GROUP BY x.%[1]s\n      HAVING count(*) = (SELECT count(DISTINCT %[4]s) %[5]s)\n    )",
					key, table, value, item, from)
			}
			if f.Parent {
				fmt.Fprintf(&clauses, "#if(%s)\n  #set($where = $where + %s)\n#end\n", test, vtlString("\n    AND "+clause))
				continue
			}
			refineTests = append(refineTests, test)
			refine = append(refine, fmt.Sprintf("(CAST(%s AS text) IS NULL OR %s)", param, clause))
		case "IS":
			param := ":filter_" + snake(f.Name)
			fmt.Fprintf(&vars, "    %q: $util.toJson($filter.%s),\n", param, f.Name)
			refineTests = append(refineTests, fmt.Sprintf("!$util.isNull($filter.%s)", f.Name))
			refine = append(refine, fmt.Sprintf("(CAST(%[1]s AS boolean) IS NULL OR CAST(CAST((SELECT v FROM api.%[2]s_%[3]s(t.id, CAST(:lang AS text), CAST(:actor AS jsonb)) v) AS text) AS boolean) = CAST(%[1]s AS boolean))",
				param, f.owner(e), snake(f.Name)))
		case "RANGE":
			refineTests = append(refineTests, fmt.Sprintf("!$util.isNull($filter.%s)", f.Name))
			for _, end := range []struct{ name, op string }{{"min", ">="}, {"max", "<="}} {
				param := fmt.Sprintf(":filter_%s_%s", snake(f.Name), end.name)
				fmt.Fprintf(&vars, "    %q: $util.toJson($filter.%s.%s),\n", param, f.Name, end.name)
				refine = append(refine, fmt.Sprintf(`(CAST(%s AS double precision) IS NULL OR t.%q %s CAST(%s AS double precision))`, param, f.Name, end.op, param))
			}
		}
	}
	if hasField(e, "name") {
		clauses.WriteString("#if(!$util.isNull($filter.nameContains) && ($filter.nameContains.length() < 1 || $filter.nameContains.length() > 100))\n  $util.error(\"filter.nameContains has 1 to 100 characters\", \"InvalidInput\")\n#end\n")
		vars.WriteString("    \":filter_name\": $util.toJson($filter.nameContains),\n")
		refineTests = append(refineTests, "!$util.isNull($filter.nameContains)")
		refine = append(refine, `(CAST(:filter_name AS text) IS NULL OR position(api.plain(CAST(:filter_name AS text)) IN t."nameKey") > 0)`)
	}
	if hasField(e, "synthetic") {
		vars.WriteString("    \":filter_synthetic\": $util.toJson($filter.synthetic),\n")
		refineTests = append(refineTests, "!$util.isNull($filter.synthetic)")
		refine = append(refine, `(CAST(:filter_synthetic AS boolean) IS NULL OR t."synthetic" = CAST(:filter_synthetic AS boolean))`)
	}
	if len(refine) > 0 {
		fmt.Fprintf(&clauses, "#if(%s)\n  #set($where = $where + %s)\n#end\n", strings.Join(refineTests, " || "), vtlString("\n    AND "+strings.Join(refine, "\n    AND ")))
	}
	if hasField(e, "position") {
		for _, side := range []string{"west", "south", "east", "north"} {
			fmt.Fprintf(&vars, "    \":inside_%[1]s\": $util.toJson($filter.inside.%[1]s),\n", side)
		}
		for _, part := range []string{"lat", "lon"} {
			fmt.Fprintf(&vars, "    \":near_%[1]s\": $util.toJson($filter.near.%[1]s),\n", part)
		}
		vars.WriteString("    \":near_km\": #if($util.isNull($filter.near))null#{else}$util.defaultIfNull($filter.near.radiusKm, 300)#end,\n")
		clauses.WriteString(nearLines)
		if slices.Contains(e.Sorts, "DISTANCE") {
			clauses.WriteString("#if($sort == \"DISTANCE\" && $util.isNull($filter.near))\n  $util.error(\"sort DISTANCE needs filter.near: the distance from where?\", \"InvalidInput\")\n#end\n")
		}
		clauses.WriteString("#if(!$util.isNull($filter.inside) || !$util.isNull($filter.near))\n  #set($where = $where + " + vtlString(fmt.Sprintf(`
    AND t."position" IS NOT NULL
    AND t.id IN (
      SELECT x.id
      FROM api.asked_boxes(CAST(:inside_west AS double precision), CAST(:inside_south AS double precision), CAST(:inside_east AS double precision), CAST(:inside_north AS double precision), CAST(:near_lat AS double precision), CAST(:near_lon AS double precision), CAST(:near_km AS double precision)) b
      JOIN api.%s_row x ON point(x.position_lon, x.position_lat) <@ b.box
      WHERE CAST(:near_km AS double precision) IS NULL
        OR api.distance_km(CAST(:near_lat AS double precision), CAST(:near_lon AS double precision), x.position_lat, x.position_lon) <= CAST(:near_km AS double precision)
    )`, e.Table)) + ")\n#end\n")
	}
	vars.WriteString("    \":filter_ids\": #if($util.isNull($filter.ids))null#{else}$util.toJson($util.toJson($filter.ids))#end,\n")
	clauses.WriteString(idsLines)
	b.WriteString(clauses.String())

	list := m.listOf(e)
	// The default order has a text of its own; the others share one.
	num, text := sortKeys[e.Sorts[0]](e)
	b.WriteString(orderLines(num, text, e.Sorts[0] == "NAME"))
	if len(e.Sorts) > 1 {
		var numCase, textCase strings.Builder
		for _, s := range e.Sorts[1:] {
			n, x := sortKeys[s](e)
			fmt.Fprintf(&numCase, " WHEN '%s' THEN %s", s, n)
			fmt.Fprintf(&textCase, " WHEN '%s' THEN %s", s, x)
		}
		fmt.Fprintf(&b, "#if($sort != %q)\n", e.Sorts[0])
		b.WriteString(orderLines("CASE CAST(:sort AS text)"+numCase.String()+" END", "CASE CAST(:sort AS text)"+textCase.String()+" END", false))
		b.WriteString("#end\n")
		vars.WriteString("    \":sort\": $util.toJson($sort),\n")
	}

	inner := "(\n    SELECT s.*\n    FROM (\n      SELECT t.*, "
	shape := m.pageSQL(e)
	fmt.Fprintf(&b, "#set($sql = %s + $keys + %s + $where + %s + $order + %s)\n",
		vtlString(shape.head+inner), vtlString("\n      FROM "+list+" t\n      WHERE "), vtlString("\n    ) s"), vtlString(shape.tail))
	fmt.Fprintf(&b, "#set($count = %s + $where + %s)\n",
		vtlString("SELECT count(*) AS total\nFROM (\n  SELECT 1\n  FROM "+list+" t\n  WHERE "), vtlString("\n  LIMIT 1001\n) c"))
	b.WriteString(`#set($statements = [$sql])
#if($full || $paths.contains("totalCount") || $paths.contains("totalIsMore"))
  #set($statements = [$sql, $count])
#end
`)
	fmt.Fprintf(&b, `#set($ctx.stash.first = $first)
#set($ctx.stash.edges = $full || $paths.contains("edges"))
#set($ctx.stash.nodes = $full || $paths.contains("nodes"))
{
  "version": "2018-05-29",
  "statements": $util.toJson($statements),
  "variableMap": {
    ":actor": $util.toJson($util.toJson($actor)),
    ":lang": $util.toJson($lang),
%s%s    ":after_number": $util.toJson($cursorNumber),
    ":after_text": $util.toJson($cursorText),
    ":after_id": $util.toJson($cursorId),
    ":limit": $first
  }
}
`, m.wantLines(e, prefixes), vars.String())
	return b.String()
}

// nearLines check a box or a circle.
const nearLines = `#if(!$util.isNull($filter.inside) && $filter.inside.south > $filter.inside.north)
  $util.error("filter.inside has its south above its north", "InvalidInput")
#end
#if(!$util.isNull($filter.near))
  #if(!$util.isNull($filter.inside))
    $util.error("filter takes near or inside, not both", "InvalidInput")
  #end
  #if($filter.near.lat < -90 || $filter.near.lat > 90 || $filter.near.lon < -180 || $filter.near.lon > 180)
    $util.error("filter.near is no place: lat lies between -90 and 90, lon between -180 and 180", "InvalidInput")
  #end
  #if(!$util.isNull($filter.near.radiusKm) && ($filter.near.radiusKm <= 0 || $filter.near.radiusKm > 3000))
    $util.error("filter.near.radiusKm lies above 0 and is at most 3000, not $filter.near.radiusKm", "InvalidInput")
  #end
#end
`

// idsLines are for a batch read: by ids and nothing else, so that it has one text more
// and is served by the key.
const idsLines = `#if(!$util.isNull($filter.ids))
  #foreach($key in $filter.keySet())
    #if($key != "ids" && $key != "state" && !$util.isNull($filter.get($key)))
      $util.error("filter.ids stands alone, or with state; without it there is $key", "InvalidInput")
    #end
  #end
  #if($filter.ids.size() > 50)
    $util.error("filter.ids takes at most 50 ids", "InvalidInput")
  #end
  #foreach($id in $filter.ids)
    #if(!$util.matches("` + wholeUUID + `", $id))
      $util.error("filter.ids takes UUIDs, not '$id'", "InvalidInput")
    #end
  #end
  #set($where = $where + '
    AND t.id IN (SELECT CAST(v.value AS uuid) FROM json_array_elements_text(CAST(:filter_ids AS json)) v)')
#end
`

// orderLines set the keys, and what comes after the cursor in which order. The
// number of an order by name is the same in all rows: left out, so that an index
// gives the rows in their order.
func orderLines(num, text string, byName bool) string {
	after, keys := "(s.key_number, s.key_text, s.id) > (CAST(:after_number AS double precision), CAST(:after_text AS text), CAST(:after_id AS uuid))", "s.key_number, s.key_text, s.id"
	if byName {
		after, keys = "(s.key_text, s.id) > (CAST(:after_text AS text), CAST(:after_id AS uuid))", "s.key_text, s.id"
	}
	return "#set($keys = " + vtlString(num+" AS key_number, "+text+" AS key_text") + ")\n" +
		"#set($order = " + vtlString("\n    WHERE "+after+"\n    ORDER BY "+keys) + ")\n"
}

type pageShape struct{ head, tail string }

// pageSQL cuts the shape's statement where the list stands, so that nested
// parts are computed for the rows of the page only.
func (m *model) pageSQL(e *entity) pageShape {
	var b strings.Builder
	b.WriteString("SELECT CASE WHEN w.fits THEN " + nodePart + ` ELSE '' END AS node, p.part, w.key_number || '|' || w.id || '|' || w.key_text AS cursor_key
FROM (
  SELECT v.*, sum(octet_length(v.node)) OVER o <= ` + strconv.Itoa(mostOfPage) + ` OR row_number() OVER o = 1 AS fits
  FROM (
    SELECT CAST(to_json(n) AS text) AS node, n.key_number, n.key_text, n.id
FROM (
  SELECT
    ` + e.plainColumns("key_number", "key_text"))
	if !hasField(e, "lang") {
		b.WriteString(",\n    CAST(:lang AS text) AS lang")
	}
	gatedColumns(&b, e)
	b.WriteString("\n  FROM ")
	tail := `
    LIMIT CAST(:limit AS bigint) + 1
  ) t
) n
    OFFSET 0
  ) v
  WINDOW o AS (ORDER BY v.key_number, v.key_text, v.id)
) w
CROSS JOIN LATERAL generate_series(0, CASE WHEN w.fits THEN (length(w.node) - 1) / 15000 ELSE 0 END) AS p (part)
ORDER BY w.key_number, w.key_text, w.id, p.part`
	return pageShape{head: b.String(), tail: tail}
}

const listResponse = `## Rows of (node, part, cursor_key): the parts of each node one behind the other, and
## one node more than the page when there is a next one; the node is empty where the
## page ends for its size. Then, when asked for, the count.
` + databaseFailed + `#set($results = $util.rds.toJsonObject($ctx.result))
#set($rows = $results[0])
#set($first = $ctx.stash.first)
#set($total = 0)
#if($results.size() > 1)
  #set($total = $results[1][0].total)
#end
#set($end = "")
#set($found = 0)
#foreach($row in $rows)
  #if($row.part == 0)
    #set($found = $found + 1)
    #if($row.node == "" && $found <= $first)
      #set($first = $found - 1)
    #end
  #end
#end
#set($n = 0)
#set($m = 0)
{
  "nodes": [#if($ctx.stash.nodes)#foreach($row in $rows)#if($row.part == 0)#set($n = $n + 1)#end#if($n <= $first)#if($row.part == 0 && $n > 1),#end$row.node#end#end#end],
  "edges": [#foreach($row in $rows)#if($row.part == 0)#set($m = $m + 1)#end#if($m <= $first)#set($end = $row.cursor_key)#if($ctx.stash.edges)#if($row.part == 0)#if($m > 1)},#end{"cursor": $util.toJson($end), "node": #end$row.node#end#end#end#if($ctx.stash.edges && $first > 0 && $m > 0)}#end],
  "pageInfo": {
    "hasNextPage": #if($found > $first)true#{else}false#end,
    "endCursor": #if($end == "")null#{else}$util.toJson($end)#end
  },
  "totalCount": #if($total > 1000)1000#{else}$total#end,
  "totalIsMore": #if($total > 1000)true#{else}false#end
}
`

func (m *model) writeRequest(e *entity, verb string) string {
	where := "t.id = CAST(:id AS uuid)"
	own := verb == "create" && e.Own
	if own {
		where = "t.id = api.rider_id(CAST(:actor AS jsonb))"
	}
	return m.writeRequestFor(e, verb+e.Name, verb+"_"+e.Table, where, own)
}

// writeRequestFor is the request template of a mutation that calls a use case
// and then reads the entity. own: the caller's own, which needs no id.
func (m *model) writeRequestFor(e *entity, mutation, useCase, where string, own bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## Mutation.%[1]s: the use case api.%[2]s, then the %[3]s as it is now.\n", mutation, useCase, strings.ToLower(e.Label))
	b.WriteString(actorLine)
	b.WriteString("#set($input = $ctx.args.input)\n")
	fmt.Fprintf(&b, langLines, "$input.lang")
	if strings.HasPrefix(mutation, "create") && !own {
		b.WriteString("#if($util.isNullOrBlank($input.id))\n  $util.qr($input.put(\"id\", $util.autoId()))\n#end\n")
	}
	if !own {
		fmt.Fprintf(&b, "#if(!$util.matches(\"%s\", $input.id))\n  $util.error(\"id must be a UUID, not '$input.id'\", \"InvalidInput\")\n#end\n", wholeUUID)
	}
	prefixes := []string{""}
	b.WriteString(m.shapeLines(e, prefixes, nil))
	fmt.Fprintf(&b, "#set($write = %s)\n", vtlString(fmt.Sprintf("SELECT o.ok, o.error_type, o.message, CAST(o.data AS text) AS data\nFROM api.%s(CAST(:actor AS jsonb), CAST(:input AS jsonb)) o", useCase)))
	fmt.Fprintf(&b, "#set($read = %s)\n", vtlString(m.shapeSQL(e, m.listOf(e), where, "")))
	id := "    \":id\": $util.toJson($input.id),\n"
	if own {
		id = ""
	}
	fmt.Fprintf(&b, `{
  "version": "2018-05-29",
  "statements": $util.toJson([$write, $read]),
  "variableMap": {
    ":actor": $util.toJson($util.toJson($actor)),
    ":lang": $util.toJson($lang),
%s%s    ":input": $util.toJson($util.toJson($input))
  }
}
`, id, m.wantLines(e, prefixes))
	return b.String()
}

const writeResponse = `## The outcome of the use case: a refusal becomes the field's error.
` + databaseFailed + `#set($results = $util.rds.toJsonObject($ctx.result))
#set($outcome = $results[0][0])
#if(!$outcome.ok)
  #if($util.isNull($outcome.data))
    $util.error($outcome.message, $outcome.error_type)
  #else
    $util.error($outcome.message, $outcome.error_type, {}, $util.parseJson($outcome.data))
  #end
#end
#if($results[1].isEmpty())null#else#foreach($row in $results[1])$row.node#end#end
`
