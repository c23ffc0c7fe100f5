package vtl_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

func compile(t testing.TB, source string, opts ...vtl.Option) *vtl.Template {
	t.Helper()
	tmpl, err := vtl.Compile("t.vtl", source, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func TestReturn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template string
		returned bool
		want     string // JSON of the value
	}{
		{`{"a": 1}`, false, `null`},
		{`#return`, true, `null`},
		{`#return()`, true, `null`},
		{`a #return("x") b`, true, `"x"`},
		{`#return($m)`, true, `{"a":1}`},
		{`#return({"k": [1, $undefined]})`, true, `{"k":[1,null]}`},
		{`#{return}(true)`, true, `true`},
		{`#foreach($i in [1..9])#if($i == 3)#return($i)#end#end`, true, `3`},
		{`#macro(m)#return(5)#end#m()#return(6)`, true, `5`},
		{`#evaluate('#return(7)')#return(8)`, true, `7`},
		{`#set($x = "#return(9)")#return(10)`, true, `9`},
		{`#define($d)#return("d")#end$d #return(11)`, true, `"d"`},
		{`#if($undefined)#return(1)#end`, false, `null`},
	}
	for _, test := range tests {
		res, err := compile(t, test.template).Run(map[string]vtl.Value{"m": vtl.MapOf("a", int64(1))})
		if err != nil {
			t.Errorf("%q: %v", test.template, err)
			continue
		}
		got, err := vtl.AppendJSON(nil, res.Return)
		if err != nil {
			t.Errorf("%q: %v", test.template, err)
		}
		if res.Returned != test.returned || string(got) != test.want {
			t.Errorf("%q: returned %v %s, want %v %s", test.template, res.Returned, got, test.returned, test.want)
		}
	}
}

func TestErrorRendering(t *testing.T) {
	t.Parallel()
	_, err := vtl.Compile("Query.trail.req.vtl", "#set($x = 1)\n{\"a\": #set($y = ü)}\n")
	want := "Query.trail.req.vtl:2:17: a value was expected, not \"ü\"\n" +
		" | {\"a\": #set($y = ü)}\n" +
		" | ................^"
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestErrorPlace checks that errors point at the right character, also inside of
// string literals with doubled quotes, and say what to do.
func TestErrorPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template     string
		kind         vtl.Kind
		line, column int
		message      string
	}{
		{"#if($x", vtl.Parse, 1, 7, ") was expected"},
		{"a\n#if($x)", vtl.Parse, 2, 1, "#if has no #end"},
		{"#foreach($i in $l)\n#if($x)#end", vtl.Parse, 1, 1, "#foreach has no #end"},
		{"x #end", vtl.Parse, 1, 3, "#end without the #if"},
		{"#set($x = null)", vtl.Parse, 1, 11, "no word null"},
		{"#set($x = foo)", vtl.Parse, 1, 11, "strings need quotes"},
		{"#set(x = 1)", vtl.Parse, 1, 6, "#set needs a reference first"},
		{"#set($x 1)", vtl.Parse, 1, 9, "= was expected"},
		{`#set($x = "abc)`, vtl.Parse, 1, 11, "no closing quote"},
		{`#set($x = "a""b $y[9")`, vtl.Parse, 1, 21, "] was expected"},
		{`#set($x = "a""b""#if()")`, vtl.Parse, 1, 22, "a value was expected"},
		{`#set($x = {"a" 1})`, vtl.Parse, 1, 16, ": was expected"},
		{`#set($x = [1 2])`, vtl.Parse, 1, 14, "a comma or ] was expected"},
		{`$x.f(1 2)`, vtl.Parse, 1, 8, "a comma or )"},
		{`$x.f(1 + 2)`, vtl.Parse, 1, 8, "use #set first"},
		{`${x y}`, vtl.Parse, 1, 4, "} was expected"},
		{"a $", vtl.Parse, 1, 3, "cannot end in $"},
		{"a #", vtl.Parse, 1, 3, "cannot end in #"},
		{"\n\n$l.get(5)", vtl.Runtime, 3, 4, "index 5 is out of bounds for a list of 2"},
		{"$s.substring(9)", vtl.Runtime, 1, 4, "begin 9, end 3, length 3"},
		{"$s.matches('[')", vtl.Runtime, 1, 4, "PatternSyntaxException"},
		{"#parse('a.vm')", vtl.Runtime, 1, 1, "unable to find resource 'a.vm'"},
		{"#foreach($i in $l)$l.add(1)#end", vtl.Runtime, 1, 1, "ConcurrentModificationException"},
		{"$l[true].x $l.iterator().next().foo $l.subList(1, 9)", vtl.Runtime, 1, 40, "subList(1, 9)"},
	}
	for _, test := range tests {
		tmpl, err := vtl.Compile("t.vtl", test.template)
		if err == nil {
			_, err = tmpl.Run(map[string]vtl.Value{"s": "abc", "l": vtl.NewList("a", "b")})
		}
		var e *vtl.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: error %v is no *vtl.Error", test.template, err)
			continue
		}
		if e.Kind != test.kind || e.Line != test.line || e.Column != test.column || !strings.Contains(e.Message, test.message) {
			t.Errorf("%q: got %s at %d:%d %q,\nwant %s at %d:%d with %q", test.template,
				e.Kind, e.Line, e.Column, e.Message, test.kind, test.line, test.column, test.message)
		}
	}
}

// TestLimits runs templates that would not end or would fill the memory.
func TestLimits(t *testing.T) {
	t.Parallel()
	small := vtl.Limits{Output: 10_000, Memory: 1 << 20, Steps: 100_000}
	tests := map[string]struct {
		template string
		limits   vtl.Limits
		message  string
	}{
		"source":              {strings.Repeat("x", 65_537), vtl.Limits{}, "at most 65536"},
		"foreach":             {`#foreach($i in [1..1001])#end`, vtl.Limits{}, "more than 1000 turns"},
		"output":              {`#foreach($i in [1..1000])xxxxxxxxxxxxxxxxxxxx#end`, small, "output is larger"},
		"steps":               {`#foreach($i in [1..1000])#foreach($j in [1..1000])#set($x = 1)#end#end`, vtl.Limits{Steps: 100_000}, "more steps"},
		"string doubling":     {`#set($s = "xxxxxxxx")#foreach($i in [1..60])#set($s = $s + $s)#end`, small, "more memory"},
		"interpolation":       {`#set($s = "xxxxxxxx")#foreach($i in [1..60])#set($s = "$s$s")#end`, small, "larger than it may be"},
		"list doubling":       {`#set($l = [1])#foreach($i in [1..60])#set($q = $l.addAll($l))#end`, small, "more memory"},
		"range":               {`#set($l = [1..2000000000])`, small, "more memory"},
		"repeat":              {`#set($s = "x")#set($s = $s.repeat(2000000000))`, small, "more memory"},
		"format width":        {`#set($s = "x")$s.format("%2000000000d", 1)`, small, "UnknownFormatConversion"},
		"recursion":           {`#macro(r)#r()#end#r()`, vtl.Limits{}, "more than 20 deep"},
		"evaluate":            {`#set($s = '#evaluate($s)')#evaluate($s)`, vtl.Limits{}, "more than 20 deep"},
		"macro arguments":     {`#macro(r $a)#r("$a$a")#end#r("x")`, vtl.Limits{}, "deep"},
		"big integers":        {`#set($n = 99999999999999999999)#foreach($i in [1..99])#set($n = $n * $n)#end`, vtl.Limits{}, "more than 65536 bits"},
		"self-holding list":   {`#set($l = [])#set($k = [$l])#set($q = $l.add($k))$l`, vtl.Limits{}, "contain itself"},
		"nested source":       {strings.Repeat("#if(true)", 300), vtl.Limits{}, "more than 200 deep"},
		"nested parentheses":  {"#set($x = " + strings.Repeat("(", 5000), vtl.Limits{}, "more than 200 deep"},
		"nested lists":        {"#set($x = " + strings.Repeat("[", 5000), vtl.Limits{}, "more than 200 deep"},
		"regular expression":  {`#set($s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")$s.matches("(a+)+")`, vtl.Limits{}, "took longer"},
		"replace":             {`#set($s = "aaaaaaaaaa")#foreach($i in [1..60])#set($s = $s.replace("a", "aaaaaaaaaa"))#end`, small, "more memory"},
		"printing shared":     {`#set($l = [1,1])#foreach($i in [1..40])#set($l = [$l, $l])#end$l`, vtl.Limits{}, "output is larger"},
		"comparing by string": {`#set($l = [1,1])#foreach($i in [1..40])#set($l = [$l, $l])#end#if($l == "x")#end`, vtl.Limits{}, "output is larger"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tmpl, err := vtl.Compile("t.vtl", test.template, vtl.WithLimits(test.limits))
			if err == nil {
				_, err = tmpl.Run(nil)
			}
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("error %v, want one with %q", err, test.message)
			}
		})
	}
}

func TestContextEndsRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("the client went away")
	cancel(reason)
	tmpl := compile(t, `#foreach($i in [1..1000])#foreach($j in [1..1000])$i#end#end`)
	if _, err := tmpl.Run(nil, vtl.WithContext(ctx)); !errors.Is(err, reason) {
		t.Errorf("error %v, want %v", err, reason)
	}
}

// host is a host object that records how it was called.
type host struct{ fail error }

func (h *host) Property(name string) (vtl.Value, bool) {
	if name == "inner" {
		return h, true
	}
	return nil, false
}

func (h *host) Call(call *vtl.Call, method string, args []vtl.Value) (vtl.Value, bool, error) {
	if h.fail != nil {
		return nil, true, h.fail
	}
	if method != "echo" {
		return nil, false, nil
	}
	line, column := call.Position()
	out := vtl.NewList(call.Template(), int64(line), int64(column), call.Host)
	out.Add(args...)
	return out, true, nil
}

func TestHostObject(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, "\n $h.inner.echo(1, $undefined, \"$x\") $h.nothing $h.other()")
	res, err := tmpl.Run(map[string]vtl.Value{"h": &host{}, "x": true}, vtl.WithHost("state"))
	if err != nil {
		t.Fatal(err)
	}
	want := "\n [t.vtl, 2, 11, state, 1, null, true] $h.nothing $h.other()"
	if diff := cmp.Diff(want, string(res.Output)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	raised := errors.New("raised")
	_, err = compile(t, `#foreach($i in [1..2])#set($x = "${h.echo()}")#end`).Run(map[string]vtl.Value{"h": &host{fail: raised}})
	if !errors.Is(err, raised) {
		t.Errorf("the host's error is lost: %v", err)
	}
	var e *vtl.Error
	if !errors.As(err, &e) || e.Column != 38 {
		t.Errorf("the host's error is not located at column 38: %v", err)
	}
}

// TestConcurrentRuns shares one template between goroutines, each with variables
// of its own.
func TestConcurrentRuns(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, `#macro(m $a)<$a>#end#foreach($i in [1..50])#set($s = "$s$i,")#m($n)#end$s#evaluate('$n')$s.matches("[0-9,]+")`)
	var wg sync.WaitGroup
	outputs := make([]string, 16)
	for k := range outputs {
		wg.Go(func() {
			for range 20 {
				res, err := tmpl.Run(map[string]vtl.Value{"n": int64(k), "s": ""})
				if err != nil {
					t.Error(err)
					return
				}
				if outputs[k] != "" && outputs[k] != string(res.Output) {
					t.Errorf("run %d gave different outputs", k)
				}
				outputs[k] = string(res.Output)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, o := range outputs {
		seen[o] = true
	}
	if len(seen) != len(outputs) {
		t.Errorf("%d different outputs of %d runs", len(seen), len(outputs))
	}
}

// TestRunLeavesVariablesAlone: #set must not reach the caller's map.
func TestRunLeavesVariablesAlone(t *testing.T) {
	t.Parallel()
	vars := map[string]vtl.Value{"x": int64(1)}
	if _, err := compile(t, `#set($x = 2)#set($y = 3)#evaluate('#set($z = 4)')`).Run(vars); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]vtl.Value{"x": int64(1)}, vars); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestObserver(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, "#set($x = 1)\n#if($x == 1)$x#end#foreach($i in [7])$undefined#end#return($x)")
	var got []vtl.Event
	if _, err := tmpl.Run(nil, vtl.WithObserver(func(e vtl.Event) { got = append(got, e) })); err != nil {
		t.Fatal(err)
	}
	want := []vtl.Event{
		{What: "set", Source: "$x = 1", Line: 1, Column: 1, Value: int64(1)},
		{What: "reference", Source: "$x", Line: 2, Column: 5, Value: int64(1)},
		{What: "if", Line: 2, Column: 1, Value: true},
		{What: "reference", Source: "$x", Line: 2, Column: 13, Value: int64(1)},
		{What: "foreach", Source: "$i", Line: 2, Column: 19, Value: int64(7)},
		{What: "reference", Source: "$undefined", Line: 2, Column: 38, Value: nil},
		{What: "reference", Source: "$x", Line: 2, Column: 60, Value: int64(1)},
		{What: "return", Line: 2, Column: 52, Value: int64(1)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, `#set($sql = "SELECT * FROM t WHERE id = '$ctx.args.id'")
{"a": "$util.rds.toJsonObject($ctx.result)[0]", "b": $!x, "c": "#if($y.get("k"))$z#end"}`)
	type short struct {
		Name, Text, Literal string
		Line, Column        int
		Assigned, Printed   bool
		InQuotes            bool
	}
	var got []short
	for _, r := range tmpl.References() {
		got = append(got, short{r.Name(), r.Text, r.Literal, r.Line, r.Column, r.Assigned, r.Printed, r.InQuotes})
	}
	literal := `"SELECT * FROM t WHERE id = '$ctx.args.id'"`
	want := []short{
		{Name: "sql", Text: "$sql", Line: 1, Column: 6, Assigned: true},
		{Name: "ctx.args.id", Text: "$ctx.args.id", Literal: literal, Line: 1, Column: 42, Printed: true},
		{Name: "util.rds.toJsonObject", Text: "$util.rds.toJsonObject($ctx.result)[0]", Line: 2, Column: 8, Printed: true, InQuotes: true},
		{Name: "ctx.result", Text: "$ctx.result", Line: 2, Column: 31},
		{Name: "x", Text: "$!x", Line: 2, Column: 54, Printed: true},
		{Name: "y.get", Text: `$y.get("k")`, Line: 2, Column: 69},
		{Name: "z", Text: "$z", Line: 2, Column: 81, Printed: true, InQuotes: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWalkVisitsDirectivesAndTexts(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, `a#if($x)b#elseif($y == 'lit')#foreach($i in $l)#break#end#else#macro(m $p)#stop#end#m(1)#end#define($d)q#end#evaluate("e$x")`)
	var got []string
	tmpl.Walk(func(i vtl.Item) {
		text := string(i.Kind) + " " + i.Name
		if i.Kind == vtl.TextItem || i.Kind == vtl.LiteralItem {
			text += i.Text
		}
		got = append(got, text)
	})
	want := []string{"text a", "directive if", "reference x", "text b", "directive elseif", "reference y", "literal lit",
		"directive foreach", "reference i", "reference l", "directive break", "directive macro", "directive stop", "directive m",
		"directive define", "reference d", "text q", "directive evaluate", "literal e$x", "text e", "reference x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
