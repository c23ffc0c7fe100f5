package vtl_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// velocityCase is a line of the files below testdata.
type velocityCase struct {
	Template    string  `json:"template"`
	Output      *string `json:"output"`
	Error       string  `json:"error"`
	NullAllowed bool    `json:"nullAllowed"`
	Why         string  `json:"why"`
}

func readCases(t *testing.T, file string) []velocityCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var cases []velocityCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var c velocityCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s:%d: %v", file, n, err)
		}
		if (c.Output == nil) == (c.Error == "") {
			t.Fatalf("%s:%d: a case needs either an output or an error", file, n)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s has no cases", file)
	}
	return cases
}

// variables reads JSON into variables; each run gets its own.
func variables(t testing.TB, text []byte) map[string]vtl.Value {
	t.Helper()
	v, err := vtl.FromJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	vars := map[string]vtl.Value{}
	for k, x := range v.(*vtl.Map).All() {
		vars[k.(string)] = x
	}
	return vars
}

// TestVelocity runs the cases whose results come from Apache Velocity 1.7.
func TestVelocity(t *testing.T) {
	t.Parallel()
	context, err := os.ReadFile("testdata/velocity17/context.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/velocity17/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	for _, file := range append(files, "testdata/deviations.jsonl") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			t.Parallel()
			for _, c := range readCases(t, file) {
				rule := vtl.KeepValue
				if c.NullAllowed {
					rule = vtl.AssignNull
				}
				output, kind := evaluate(t, c.Template, variables(t, context), vtl.WithNullAssign(rule))
				if string(kind) != c.Error {
					t.Errorf("%q: error kind %q, want %q", c.Template, kind, c.Error)
					continue
				}
				if c.Output == nil {
					continue
				}
				if diff := cmp.Diff(*c.Output, output); diff != "" {
					t.Errorf("%q: (-want +got)\n%s", c.Template, diff)
				}
				const blanks = " \t\r\n"
				text, err := asText(c.Template, variables(t, context), vtl.WithNullAssign(rule))
				if diff := cmp.Diff(strings.Trim(*c.Output, blanks), strings.Trim(text, blanks)); diff != "" || err != nil {
					t.Errorf("%q: error %v, with WithText: (-want +got)\n%s", c.Template, err, diff)
				}
			}
		})
	}
}

// asText compiles and runs with WithText.
func asText(template string, vars map[string]vtl.Value, opts ...vtl.Option) (string, error) {
	tmpl, err := vtl.Compile("case.vtl", template, opts...)
	if err != nil {
		return "", err
	}
	res, err := tmpl.Run(vars, vtl.WithText())
	if err != nil {
		return "", err
	}
	return res.Text, nil
}

// TestWithText has texts that are one string, and some that only look so.
func TestWithText(t *testing.T) {
	t.Parallel()
	vars := map[string]vtl.Value{"s": " a string ", "n": int64(5), "m": vtl.MapOf("s", "inner")}
	for _, c := range []struct{ template, want string }{
		{"$s", " a string "},
		{"#set($x = 1)\n \t$s\n#if($n == 5)\n#end\n", " \t a string \n"},
		{"\n#if($n == 5)\n  $m.s\n#else\n  none\n#end\n \n", "inner"},
		{"\n$s\n", " a string "},
		{"$!s", " a string "}, {"$n", "5"}, {"$none", "$none"}, {"$!none", ""}, {"x$s", "x a string "}, {"$s x", " a string  x"}, {"$s$s", " a string  a string "},
		{"#foreach($i in [1..2])$s#end", " a string  a string "},
		{"#macro(show $a)$a#end#show($s)", " a string "},
		{"#define($d)$s#end$d", " a string "},
		{"#if($n == 5)$s#end$n", " a string 5"},
		{"", ""},
	} {
		got, err := asText(c.template, vars)
		if err != nil {
			t.Errorf("%q: %v", c.template, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q: text (-want +got):\n%s", c.template, diff)
		}
	}
	long := map[string]vtl.Value{"s": strings.Repeat("x", 101)}
	tmpl, err := vtl.Compile("long.vtl", "$s", vtl.WithLimits(vtl.Limits{Output: 100}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tmpl.Run(long, vtl.WithText()); err == nil || !strings.Contains(err.Error(), "output is larger") {
		t.Errorf("a text beyond the limit: error %v", err)
	}
}

// evaluate compiles and runs; of a failure it gives the kind, and checks that it
// is located.
func evaluate(t *testing.T, template string, vars map[string]vtl.Value, opts ...vtl.Option) (string, vtl.Kind) {
	t.Helper()
	tmpl, err := vtl.Compile("case.vtl", template, opts...)
	var res *vtl.Result
	if err == nil {
		res, err = tmpl.Run(vars)
	}
	if err == nil {
		return string(res.Output), ""
	}
	var located *vtl.Error
	if !errors.As(err, &located) {
		t.Fatalf("%q: the error %v is no *vtl.Error", template, err)
	}
	if located.Line < 1 || located.Column < 1 || located.Message == "" {
		t.Errorf("%q: the error has no place or no text: %+v", template, located)
	}
	return "", located.Kind
}
