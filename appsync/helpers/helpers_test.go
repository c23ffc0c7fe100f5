package helpers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// evaluation is a line of Evaluate's output.
type evaluation struct {
	Name           string          `json:"name"`
	Output         *string         `json:"output"`
	Error          map[string]any  `json:"error"`
	Return         json.RawMessage `json:"return"`
	Returned       bool            `json:"returned"`
	AppendedErrors json.RawMessage `json:"appendedErrors"`
	Stash          json.RawMessage `json:"stash"`
}

func evaluate(t *testing.T, input string) []evaluation {
	t.Helper()
	var out bytes.Buffer
	if err := helpers.Evaluate(strings.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	var got []evaluation
	for line := range bytes.Lines(out.Bytes()) {
		var e evaluation
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, e)
	}
	return got
}

// TestCases runs the lines of testdata/cases.jsonl, which are cases of Evaluate
// together with what is expected.
func TestCases(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		var c struct {
			Name     string
			Output   *string
			Error    string // part of the message
			Kind     string
			Raised   map[string]any
			Return   json.RawMessage
			Appended json.RawMessage
			Stash    json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			all := evaluate(t, line)
			if len(all) != 1 {
				t.Fatalf("%d results of one case", len(all))
			}
			got := all[0]
			if got.Name != c.Name {
				t.Errorf("name %q", got.Name)
			}
			message, _ := got.Error["message"].(string)
			switch {
			case c.Output != nil:
				if got.Error != nil || got.Returned || got.Output == nil {
					t.Fatalf("got %+v, want an output", got)
				}
				if diff := cmp.Diff(*c.Output, *got.Output); diff != "" {
					t.Errorf("output (-want +got)\n%s", diff)
				}
			case c.Raised != nil:
				if diff := cmp.Diff(c.Raised, got.Error); diff != "" {
					t.Errorf("raised (-want +got)\n%s", diff)
				}
			case c.Error != "":
				kind := "runtime"
				if c.Kind != "" {
					kind = c.Kind
				}
				if got.Error["kind"] != kind || !strings.Contains(message, c.Error) || got.Error["line"] == nil {
					t.Errorf("error %v, want a located %s error with %q", got.Error, kind, c.Error)
				}
			case c.Return != nil || strings.Contains(line, `"return":null`):
				if !got.Returned || got.Error != nil || got.Output != nil {
					t.Fatalf("got %+v, want a return", got)
				}
				if want := string(c.Return); want != string(got.Return) {
					t.Errorf("returned %s, want %s", got.Return, want)
				}
			default:
				t.Fatal("the case expects nothing")
			}
			if c.Appended == nil {
				c.Appended = json.RawMessage("[]")
			}
			if diff := cmp.Diff(string(c.Appended), string(got.AppendedErrors)); diff != "" {
				t.Errorf("appended errors (-want +got)\n%s", diff)
			}
			if c.Stash != nil && string(c.Stash) != string(got.Stash) {
				t.Errorf("stash %s, want %s", got.Stash, c.Stash)
			}
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestEvaluateGoesOn: bad lines are answered, and don't end it.
func TestEvaluateGoesOn(t *testing.T) {
	t.Parallel()
	got := evaluate(t, strings.Join([]string{
		`{"name":"a","template":"1"}`, `{"name":`, ``, `[]`, `{"name":"b"}`, `{"name":"c","template":"2","context":[]}`,
		`{"name":"d","template":"$x.get(9)","context":{"x":[]}}`, strings.Repeat("x", 17<<20), `{"name":"e","template":"3"}`,
	}, "\n"))
	var short []string
	for _, e := range got {
		s := e.Name
		if e.Output != nil {
			s += "=" + *e.Output
		}
		if e.Error != nil {
			s += " " + e.Error["kind"].(string)
		}
		short = append(short, s)
	}
	want := []string{"a=1", " input", " input", "b input", "c input", "d runtime", " input", "e=3"}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEvaluateReportsBrokenReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	if err := helpers.Evaluate(iotest.ErrReader(broken), &bytes.Buffer{}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func run(t *testing.T, state *helpers.State, template string, ctx *vtl.Map) (string, error) {
	t.Helper()
	tmpl, err := vtl.Compile("t.vtl", template)
	if err != nil {
		t.Fatal(err)
	}
	res, err := tmpl.Run(map[string]vtl.Value{"util": helpers.Util, "extensions": helpers.Extensions, "ctx": ctx}, vtl.WithHost(state))
	if err != nil {
		return "", err
	}
	return string(res.Output), nil
}

// zeros is a source of randomness without surprises.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestClockAndRandomness(t *testing.T) {
	t.Parallel()
	state := helpers.NewState()
	state.Now = func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.UTC) }
	state.Rand = zeros{}
	got, err := run(t, state, `$util.time.nowISO8601() $util.time.nowEpochSeconds() $util.time.nowEpochMilliSeconds() $util.time.nowFormatted("d.M.yy H:m", "+01:00") $util.autoId() $util.autoUlid() $util.autoKsuid() $util.math.randomDouble() $util.math.randomWithinRange(3, 9)`, nil)
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(got)
	if len(fields) != 10 {
		t.Fatalf("got %q", got)
	}
	if diff := cmp.Diff([]string{"2026-02-03T04:05:06.007Z", "1770091506", "1770091506007", "3.2.26", "5:5", "00000000-0000-4000-8000-000000000000"}, fields[:6]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{10}0{16}$`).MatchString(fields[6]) {
		t.Errorf("autoUlid gave %q", fields[6])
	}
	if !regexp.MustCompile(`^[0-9A-Za-z]{27}$`).MatchString(fields[7]) {
		t.Errorf("autoKsuid gave %q", fields[7])
	}
	if fields[8] != "0.0" || fields[9] != "3" {
		t.Errorf("random numbers %q", fields[8:])
	}
}

func TestRaisedErrorIsFoundAndLocated(t *testing.T) {
	t.Parallel()
	_, err := run(t, helpers.NewState(), "\n  $util.error('no', 'T')", nil)
	var raised *helpers.RaisedError
	var located *vtl.Error
	if !errors.As(err, &raised) || !errors.As(err, &located) {
		t.Fatalf("error %v", err)
	}
	if raised.Message != "no" || raised.ErrorType != "T" || located.Line != 2 || located.Column != 9 {
		t.Errorf("raised %+v at %d:%d", raised, located.Line, located.Column)
	}
}

func TestRunWithoutState(t *testing.T) {
	t.Parallel()
	tmpl, err := vtl.Compile("t.vtl", "$util.authType()")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tmpl.Run(map[string]vtl.Value{"util": helpers.Util}); err == nil || !strings.Contains(err.Error(), "vtl.WithHost") {
		t.Errorf("error %v does not say how to pass the state", err)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	state := helpers.NewState()
	if _, err := run(t, state, `$util.http.addResponseHeader("X-A", 1)$util.http.addResponseHeaders({"x-b": "2", "X-C": "3"})$util.http.addResponseHeader("x-a", "4")
#set($big = "")#foreach($i in [1..500])#set($big = "${big}0123456789")#end$util.http.addResponseHeader("big", $big)$util.http.addResponseHeader("split", "a
b")`, nil); err != nil {
		t.Fatal(err)
	}
	want := []helpers.Header{{Name: "x-b", Value: "2"}, {Name: "X-C", Value: "3"}, {Name: "x-a", Value: "4"}}
	if diff := cmp.Diff(want, state.Headers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(state.Errors) != 2 || !strings.Contains(state.Errors[0].Message, "larger than 4 KB") || !strings.Contains(state.Errors[1].Message, "control characters") {
		t.Errorf("errors %v", state.Errors)
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	state := helpers.NewState()
	state.Operation = "mutation"
	if _, err := run(t, state, `$extensions.evictFromApiCache("Query", "trail", {"context.arguments.id": 1})$extensions.invalidateSubscriptions({"subscriptionField": "onTrail", "payload": {"id": 1}})`, nil); err != nil {
		t.Fatal(err)
	}
	if len(state.Evictions) != 1 || state.Evictions[0].Type != "Query" || state.Evictions[0].Field != "trail" || state.Evictions[0].Keys.Len() != 1 {
		t.Errorf("evictions %+v", state.Evictions)
	}
	if len(state.Invalidations) != 1 {
		t.Errorf("invalidations %+v", state.Invalidations)
	}
	if _, err := run(t, state, `#foreach($i in [1..5])$extensions.invalidateSubscriptions({})#end`, nil); err == nil || !strings.Contains(err.Error(), "at most 5") {
		t.Errorf("error %v", err)
	}
	if _, err := run(t, state, `$extensions.setSubscriptionFilter({})`, nil); err == nil || !strings.Contains(err.Error(), "of a subscription") {
		t.Errorf("error %v", err)
	}
	state = helpers.NewState()
	state.Operation = "subscription"
	if _, err := run(t, state, `$extensions.setSubscriptionFilter('{"filterGroup":[]}')$extensions.setSubscriptionInvalidationFilter({"filterGroup":[]})`, nil); err != nil {
		t.Fatal(err)
	}
	for _, v := range []vtl.Value{state.SubscriptionFilter, state.SubscriptionInvalidationFilter} {
		if vtl.ToString(v) != "{filterGroup=[]}" {
			t.Errorf("filter %v", v)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	state := helpers.NewState()
	state.Log = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	if _, err := run(t, state, "$util.log.info('a {} b {} c {}', 1, [2])\n$util.log.error({'x': 1})$util.log.debug('hidden')", nil); err != nil {
		t.Fatal(err)
	}
	want := "level=INFO msg=\"a 1 b [2] c {}\" template=t.vtl line=1 column=11\nlevel=ERROR msg=\"{x=1}\" template=t.vtl line=2 column=11\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// statement is an in-process result.
type statement struct {
	rows *vtl.List
	text string
}

func (s statement) Rows() (*vtl.List, error)                { return s.rows, nil }
func (s statement) AppendStatementResult(dst []byte) []byte { return append(dst, s.text...) }

func TestRDSResult(t *testing.T) {
	t.Parallel()
	result := helpers.NewRDSResult(
		statement{vtl.NewList(vtl.MapOf("id", int64(1))), `{"numberOfRecordsUpdated":0}`},
		statement{vtl.NewList(), `{"numberOfRecordsUpdated":3}`})
	got, err := run(t, helpers.NewState(), `$util.rds.toJsonString($ctx.result)
$ctx.result $ctx.result.length() $ctx.result.contains("Updated") $util.typeOf($ctx.result) $util.isString($ctx.result)
$util.toJson($ctx.result)
$util.parseJson($ctx.result).sqlStatementResults[1].numberOfRecordsUpdated`, vtl.MapOf("result", result))
	if err != nil {
		t.Fatal(err)
	}
	text := `{"sqlStatementResults":[{"numberOfRecordsUpdated":0},{"numberOfRecordsUpdated":3}]}`
	want := `[[{"id":1}],[]]` + "\n" + text + " 83 true String true\n" + string(vtl.AppendJSONString(nil, text)) + "\n3"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestKnown checks the list for linters against what can be called.
func TestKnown(t *testing.T) {
	t.Parallel()
	known := helpers.Known()
	if len(known) < 60 {
		t.Errorf("only %d helpers", len(known))
	}
	for i, h := range known {
		if i > 0 && known[i-1].Name >= h.Name {
			t.Errorf("%s and %s are out of order", known[i-1].Name, h.Name)
		}
		args := strings.Repeat(`"", `, max(h.Min-1, 0)) + strings.Repeat(`""`, min(h.Min, 1))
		_, err := run(t, helpers.NewState(), "$"+h.Name+"("+args+")", nil)
		if err != nil && (strings.Contains(err.Error(), "there is no helper") || strings.Contains(err.Error(), "takes")) {
			t.Errorf("%s: %v", h.Name, err)
		}
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := helpers.Trace(&out, helpers.Case{Name: "t.vtl", Template: "#set($x = 1)\n$x #if($x == 1)$util.error('no')#end", Context: vtl.NewMap()})
	if err != nil {
		t.Fatal(err)
	}
	want := `   1:1    set        $x = 1 -> 1
   2:1    reference  $x -> 1
   2:8    reference  $x -> 1
   2:4    if         -> true

raised error: no
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestContextReachesHelpers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tmpl, err := vtl.Compile("t.vtl", `#foreach($i in [1..1000])$util.toJson($i)#end`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tmpl.Run(map[string]vtl.Value{"util": helpers.Util}, vtl.WithHost(helpers.NewState()), vtl.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestWithValue compares the value taken without text with what the text gives.
func TestWithValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template string
		direct   bool
	}{
		{`$util.toJson($x)`, true},
		{" #set($y = $x.list)\n #if($y) $utils.toJson($y)\n#end ", true},
		{`#if($x.none)1#else $util.toJson($x.list[1])#end`, true},
		{`$util.toJson($x.none)`, true},
		{`#if($x) $util.toJson($x) #end 5`, false}, // no JSON, but that is for the caller to find
		{`"a" $util.toJson($x)`, false},
		{`[$util.toJson($x)]`, false},
		{`#foreach($i in [1])$util.toJson($x)#end`, false},
		{`$util.toJson({"a": $x})`, true},
		{`$util.toJson($util.parseJson($util.toJson($x)).list[1])`, true},
		{`#set($l = [1,2])$util.toJson($l.remove(0))$!l`, false},
		{`#set($l = [1,2])$util.toJson($l.remove(0))`, true},
		{`$util.toJson($x.keySet())`, false},
		{`#set($k = $x.keySet())$util.toJson($k)`, false},
		{`#set($m = {1: 2})$util.toJson($m)`, false},
		{`#set($n = 0.0)#set($b = $util.base64Decode("AAE="))$util.toJson($b)`, false},
		{`$util.urlEncode($x.text)`, false},
		{`$util.toJson($x)$util.toJson($x)`, false},
	}
	for _, test := range tests {
		tmpl, err := vtl.Compile("t.vtl", test.template)
		if err != nil {
			t.Fatal(err)
		}
		x, err := vtl.FromJSON([]byte(`{"list":[1,{"b":2.5,"n":null,"t":true}],"text":"q\"é"}`))
		if err != nil {
			t.Fatal(err)
		}
		vars := map[string]vtl.Value{"util": helpers.Util, "utils": helpers.Util, "x": x}
		text, err := tmpl.Run(vars, vtl.WithHost(helpers.NewState()))
		if err != nil {
			t.Fatal(err)
		}
		direct, err := tmpl.Run(vars, vtl.WithHost(helpers.NewState()), vtl.WithValue())
		if err != nil {
			t.Fatal(err)
		}
		if direct.HasValue != test.direct {
			t.Errorf("%q: HasValue is %v", test.template, direct.HasValue)
			continue
		}
		if !direct.HasValue {
			if diff := cmp.Diff(string(text.Output), string(direct.Output)); diff != "" {
				t.Errorf("%q: (-want +got)\n%s", test.template, diff)
			}
			continue
		}
		want, err := vtl.FromJSON(text.Output)
		if err != nil {
			t.Fatal(err)
		}
		if !vtl.Equal(want, direct.Value) {
			t.Errorf("%q: value %v, want %v", test.template, vtl.ToString(direct.Value), vtl.ToString(want))
		}
	}
}

// rows makes a result as a data source in process has it, and the same as text.
func rows(b *testing.B, n int) (direct *helpers.RDSResult, text string) {
	b.Helper()
	shape := vtl.NewShape("id", "name", "length_metres", "open", "note")
	list := vtl.NewList()
	var out strings.Builder
	out.WriteString(`{"sqlStatementResults":[{"records":[`)
	for i := range n {
		values := []vtl.Value{int64(i), "Slickrock", 15432.5, true, nil}
		list.Add(shape.Map(func(i int) vtl.Value { return values[i] }))
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`[{"longValue":1},{"stringValue":"Slickrock"},{"doubleValue":15432.5},{"booleanValue":true},{"isNull":true}]`)
	}
	out.WriteString(`],"columnMetadata":[{"label":"id"},{"label":"name"},{"label":"length_metres"},{"label":"open"},{"label":"note"}]}]}`)
	return helpers.NewRDSResult(statement{list, "{}"}), out.String()
}

func BenchmarkRDSResponse(b *testing.B) {
	tmpl, err := vtl.Compile("t.vtl", "#if($ctx.error)$util.error($ctx.error.message)#end\n#set($rows = $util.rds.toJsonObject($ctx.result)[0])\n$util.toJson($rows)")
	if err != nil {
		b.Fatal(err)
	}
	direct, text := rows(b, 200)
	for name, result := range map[string]vtl.Value{"direct": direct, "text": text} {
		for way, opts := range map[string][]vtl.RunOption{"value": {vtl.WithValue()}, "output": nil} {
			b.Run(name+"/"+way, func(b *testing.B) {
				vars := map[string]vtl.Value{"util": helpers.Util, "ctx": vtl.MapOf("result", result)}
				opts := append([]vtl.RunOption{vtl.WithHost(helpers.NewState())}, opts...)
				b.ReportAllocs()
				for b.Loop() {
					res, err := tmpl.Run(vars, opts...)
					if err != nil {
						b.Fatal(err)
					}
					if !res.HasValue {
						if _, err := vtl.FromJSON(res.Output); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}
