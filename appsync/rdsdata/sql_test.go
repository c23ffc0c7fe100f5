package rdsdata

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sql        string
		text       string // "": as sql
		names      []string
		statements int
	}{
		{sql: "SELECT :a, :b2_C", text: "SELECT $1, $2", names: []string{"a", "b2_C"}, statements: 1},
		{sql: "SELECT :a+:a", text: "SELECT $1+$1", names: []string{"a"}, statements: 1},
		{sql: ":a", text: "$1", names: []string{"a"}, statements: 1},
		{sql: "a::text", statements: 1},
		{sql: "a:: text", statements: 1},
		{sql: ":a::text", text: "$1::text", names: []string{"a"}, statements: 1},
		{sql: "f(x := :x)", text: "f(x := $1)", names: []string{"x"}, statements: 1},
		{sql: "a[1:2] b[:i:3]", text: "a[1:2] b[$1:3]", names: []string{"i"}, statements: 1},
		{sql: "':a' ':b'':c' \":d\"\":e\"", statements: 1},
		{sql: `E'\':a' :b`, text: `E'\':a' $1`, names: []string{"b"}, statements: 1},
		{sql: `e'\\' :b`, text: `e'\\' $1`, names: []string{"b"}, statements: 1},
		{sql: `'\' :b`, text: `'\' $1`, names: []string{"b"}, statements: 1},
		{sql: "E'a'\n  '\\':b' :c", text: "E'a'\n  '\\':b' $1", names: []string{"c"}, statements: 1},
		{sql: "E'a' '\\':b", text: "E'a' '\\'$1", names: []string{"b"}, statements: 1},
		{sql: `the'\':a`, text: `the'\'$1`, names: []string{"a"}, statements: 1},
		{sql: `U&'\0061' :a`, text: `U&'\0061' $1`, names: []string{"a"}, statements: 1},
		{sql: "-- :a\n:b", text: "-- :a\n$1", names: []string{"b"}, statements: 1},
		{sql: "--'\n:b", text: "--'\n$1", names: []string{"b"}, statements: 1},
		{sql: "/* :a /* ' */ :b */ :c", text: "/* :a /* ' */ :b */ $1", names: []string{"c"}, statements: 1},
		{sql: "/*/ :a */ :b", text: "/*/ :a */ $1", names: []string{"b"}, statements: 1},
		{sql: "$$ :a $$ :b", text: "$$ :a $$ $1", names: []string{"b"}, statements: 1},
		{sql: "$x$ :a $$ $y$ $x$ :b", text: "$x$ :a $$ $y$ $x$ $1", names: []string{"b"}, statements: 1},
		{sql: "a$$b :c $$", text: "a$$b $1 $$", names: []string{"c"}, statements: 1}, // $ inside a name
		{sql: "$é$ :a $é$", statements: 1},
		{sql: "1e5:a 0x1F:b", text: "1e5$1 0x1F$2", names: []string{"a", "b"}, statements: 1},
		{sql: ": a :1 :", statements: 1},
		{sql: "é:a", text: "é$1", names: []string{"a"}, statements: 1},
		{sql: "", statements: 0},
		{sql: " ;; -- x\n ; /* y */", statements: 0},
		{sql: "a;", statements: 1},
		{sql: "a; -- b", statements: 1},
		{sql: "a; b", statements: 2},
		{sql: "a;;b;", statements: 2},
		{sql: "';' \";\" $$;$$ /*;*/ --;", statements: 1},
		{sql: "(a;b)", statements: 1},
		{sql: "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); b", statements: 2},
		{sql: "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END", statements: 1},
		{sql: "create or replace procedure p() begin atomic select 1; end; select 2", statements: 2},
		{sql: "CREATE TABLE begin (a int); SELECT 1; END", statements: 3},
		// Unfinished things reach to the end: PostgreSQL says what is wrong.
		{sql: "'abc :a", statements: 1},
		{sql: `"abc :a`, statements: 1},
		{sql: "$x$ :a $y$", statements: 1},
		{sql: "/* /* */ :a", statements: 0},
		{sql: `E'\`, statements: 1},
	}
	for _, tt := range tests {
		p := parse(tt.sql)
		want := tt.text
		if want == "" {
			want = tt.sql
		}
		if p.text != want || p.statements != tt.statements {
			t.Errorf("%q became %q with %d statements, want %q with %d", tt.sql, p.text, p.statements, want, tt.statements)
		}
		if diff := cmp.Diff(tt.names, p.names, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q: names -want +got\n%s", tt.sql, diff)
		}
	}
}

// checkParsed holds for every text.
func checkParsed(t testing.TB, sql string) {
	t.Helper()
	p := parse(sql)
	// Putting the names back gives the source.
	var back strings.Builder
	end := 0
	for _, m := range p.marks {
		back.WriteString(p.text[end:m.text])
		back.WriteString(sql[m.source : m.source+m.sourceLen])
		end = m.text + m.textLen
	}
	back.WriteString(p.text[end:])
	if back.String() != sql {
		t.Errorf("%q became %q, and back %q", sql, p.text, back.String())
	}
	seen := map[string]bool{}
	for _, name := range p.names {
		if seen[name] || name == "" || !strings.Contains(sql, ":"+name) {
			t.Errorf("%q: name %q", sql, name)
		}
		seen[name] = true
	}
	if p.statements == 0 && len(p.names) > 0 {
		t.Errorf("%q has parameters and no statement", sql)
	}
	// Positions grow with the position and stay inside the text.
	last := 0
	for pos := 1; pos <= utf8.RuneCountInString(p.text)+1; pos++ {
		got := p.originalPosition(pos)
		if got < last || got < 1 || got > utf8.RuneCountInString(sql)+1 {
			t.Errorf("%q: position %d of %q is %d in the source, after %d", sql, pos, p.text, got, last)
			break
		}
		last = got
	}
}

func TestParseAnything(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{":a", ":bc", "'", "\"", "$$", "$x$", "$1", "--", "/*", "*/", "\n", " ", ";", "::", "E'", "\\", "é", "(", ")", "[1:", "CREATE FUNCTION ", "BEGIN ATOMIC ", "CASE ", "END", "1e"})
	rapid.Check(t, func(r *rapid.T) {
		checkParsed(t, strings.Join(rapid.SliceOf(piece).Draw(r, "pieces"), ""))
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"SELECT :a, ':b', \"c\", $$ :d $$, E'\\'' -- :e\n/* :f */ ; ::g", "CREATE FUNCTION f() BEGIN ATOMIC a; END", "$x$ :a $x$ :é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if utf8.ValidString(sql) && len(sql) < 2000 {
			checkParsed(t, sql)
		} else {
			parse(sql) // must not panic
		}
	})
}

func TestParseCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := parseCache{max: 10}
	kept := c.get("SELECT 1")
	for i := range 1000 {
		c.get("SELECT " + strings.Repeat("x", i))
		if c.get("SELECT 1") != kept {
			t.Fatalf("what is used all the time was forgotten after %d others", i)
		}
	}
	if n := len(c.cur) + len(c.old); n > 10 {
		t.Errorf("%d texts are kept, allowed are 10", n)
	}
}

func TestAppendStringIsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.String().Draw(r, "s")
		var f Field
		if err := f.UnmarshalJSON(append(appendString([]byte(`{"stringValue":`), s), '}')); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if *f.StringValue != s {
			t.Errorf("%q came back as %q", s, *f.StringValue)
		}
	})
}

func TestFieldJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"isNull":true}`, `{"booleanValue":false}`, `{"longValue":-5}`, `{"doubleValue":1.5}`, `{"doubleValue":"NaN"}`, `{"doubleValue":"-Infinity"}`,
		`{"stringValue":""}`, `{"blobValue":""}`, `{"blobValue":"AP8="}`, `{"arrayValue":{"stringValues":[]}}`, `{"arrayValue":{"doubleValues":[1.0,"Infinity"]}}`,
		`{"arrayValue":{"arrayValues":[]}}`, `{}`,
	} {
		var f Field
		if err := f.UnmarshalJSON([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := f.MarshalJSON(); err != nil || string(got) != text {
			t.Errorf("%s came back as %s (%v)", text, got, err)
		}
	}
	for _, text := range []string{
		`{"longValue":1.5}`, `{"longValue":9223372036854775808}`, `{"doubleValue":"one"}`, `{"blobValue":"%"}`, `[]`,
		`{"arrayValue":{"doubleValues":[null]}}`, `{"arrayValue":{"stringValues":["a",null]}}`, `{"arrayValue":{"longValues":[null]}}`, `{"arrayValue":{"booleanValues":[null]}}`,
	} {
		var f Field
		if err := f.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s was accepted as %+v", text, f)
		}
	}
}
