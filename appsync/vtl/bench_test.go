package vtl_test

import (
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// requestTemplate is what an RDS resolver's request template looks like.
const requestTemplate = `#set($limit = $ctx.args.limit)
#if(!$limit || $limit > 100)
  #set($limit = 20)
#end
#set($routes = false)
#foreach($path in $ctx.info.selectionSetList)
  #if($path.startsWith("routes"))#set($routes = true)#end
#end
{
  "version": "2018-05-29",
  "statements": ["SELECT * FROM api.trails(CAST(:id AS uuid), CAST(:limit AS bigint), CAST(:routes AS boolean))"],
  "variableMap": {":id": "$ctx.args.id", ":limit": $limit, ":routes": $routes},
  "variableTypeHintMap": {":id": "UUID"}
}`

func requestVars() map[string]vtl.Value {
	return map[string]vtl.Value{"ctx": vtl.MapOf(
		"args", vtl.MapOf("id", "5b2f1c9e-0000-4000-8000-000000000000", "limit", int64(50)),
		"info", vtl.MapOf("selectionSetList", vtl.NewList("id", "name", "difficulty", "routes", "routes/id", "routes/name")),
		"stash", vtl.NewMap(),
	)}
}

func BenchmarkRequestTemplate(b *testing.B) {
	t, err := vtl.Compile("bench.vtl", requestTemplate)
	if err != nil {
		b.Fatal(err)
	}
	vars := requestVars()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Run(vars); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkForeach1000(b *testing.B) {
	t, err := vtl.Compile("bench.vtl", `[#foreach($row in $rows){"id":$row.id,"name":"$row.name"}#if($foreach.hasNext),#end#end]`)
	if err != nil {
		b.Fatal(err)
	}
	rows := vtl.NewList()
	for i := range 1000 {
		rows.Add(vtl.MapOf("id", int64(i), "name", "Slickrock"))
	}
	vars := map[string]vtl.Value{"rows": rows}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Run(vars); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vtl.Compile("bench.vtl", requestTemplate); err != nil {
			b.Fatal(err)
		}
	}
}

func jsonRows() []byte {
	return []byte("[" + strings.Repeat(`{"id":1,"name":"Slickrock","lengthMetres":15432.5,"tags":["rock","desert"],"open":true,"note":null},`, 199) +
		`{"id":1,"name":"Slickrock","lengthMetres":15432.5,"tags":["rock","desert"],"open":true,"note":null}]`)
}

func BenchmarkFromJSON(b *testing.B) {
	data := jsonRows()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vtl.FromJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	v, err := vtl.FromJSON(jsonRows())
	if err != nil {
		b.Fatal(err)
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		if buf, err = vtl.AppendJSON(buf[:0], v); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadJSON compares reading a deep answer into maps with making an index of
// it; bytes are those of the text.
func BenchmarkReadJSON(b *testing.B) {
	trail := `{"id": "101", "name": "Trail 1", "open": false, "climb": 10, "length": 1235.5, "routes": [` +
		strings.Repeat(`{"id": "1", "name": "Route 1", "position": 1}, `, 3) + `{"id": "4", "name": "Route 4", "position": 4}], "summary": "` +
		strings.Repeat("Steep and loose. ", 10) + `", "surface": ["rock", "root", "loam"], "difficulty": "black"}`
	text := `{"id": "1", "trails": [` + strings.Repeat(trail+", ", 39) + trail + `]}`
	b.Run("maps", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := vtl.FromJSONText(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			j, ok := vtl.IndexJSON(text)
			if !ok {
				b.Fatal("the text has no index")
			}
			j.Release()
		}
	})
}
