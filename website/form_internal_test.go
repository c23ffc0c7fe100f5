package website

import (
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/entity"
)

var entityTypes = map[string]reflect.Type{
	"Region": reflect.TypeFor[entity.Region](), "System": reflect.TypeFor[entity.System](), "Trail": reflect.TypeFor[entity.Trail](),
	"Route": reflect.TypeFor[entity.Route](), "Tip": reflect.TypeFor[entity.Tip](), "Rider": reflect.TypeFor[entity.Rider](),
	"Guide": reflect.TypeFor[entity.Guide](), "RegionalComparison": reflect.TypeFor[entity.RegionalComparison](), "SeasonalNotice": reflect.TypeFor[entity.SeasonalNotice](),
	"AccessPoint": reflect.TypeFor[entity.AccessPoint](), "Uplift": reflect.TypeFor[entity.Uplift](),
	"Comment": reflect.TypeFor[entity.Comment](),
	"Claim":   reflect.TypeFor[entity.Claim](), "FactCheck": reflect.TypeFor[entity.FactCheck](), "Review": reflect.TypeFor[entity.Review](),
	"Media":        reflect.TypeFor[entity.Media](),
	"Organisation": reflect.TypeFor[entity.Organisation](),
}

func modelOf(t testing.TB, name string) *formModel {
	t.Helper()
	d, ok := entity.Describe(name)
	if !ok {
		t.Fatalf("package entity does not describe %s", name)
	}
	return &formModel{description: d, nullable: nullableFields(entityTypes[name]), terms: newTerms(nil), choices: map[string][]option{}, problems: map[string]string{}}
}

// Every writable field of every entity stands on its form exactly once, also one
// that was added to the schema a minute ago.
func TestFormsHaveEveryField(t *testing.T) {
	t.Parallel()
	for _, d := range entity.Descriptions {
		m := modelOf(t, d.Name)
		var got []string
		for _, s := range m.build(url.Values{}) {
			for _, n := range s.Nodes {
				got = append(got, n.Field)
			}
		}
		var want []string
		for _, f := range d.Fields {
			if f.Writable {
				want = append(want, f.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.Name, diff)
		}
		for _, s := range sections[d.Name] {
			for _, name := range s.Fields {
				if f, ok := d.Field(name); !ok || !(f.Writable || f.Once) {
					t.Errorf("section %q of %s names %q, which nobody can write", s.Title, d.Name, name)
				}
			}
		}
	}
}

// shouts finds the name of an enum's member.
var shouts = regexp.MustCompile(`[A-Z]{4}`)

// What a form says beside a field is for riders, and a choice that must be made isn't made
// already.
func TestFormsSpeakToRiders(t *testing.T) {
	t.Parallel()
	for _, d := range entity.Descriptions {
		var look func(nodes []*node)
		look = func(nodes []*node) {
			for _, n := range nodes {
				if strings.Contains(strings.ToLower(n.Help), "null") || strings.Contains(n.Help, "ISO") || shouts.MatchString(n.Help) {
					t.Errorf("%s.%s: %q", d.Name, n.Name, n.Help)
				}
				if f, ok := d.Field(n.Field); ok && n.Name == n.Field && n.Kind == "select" && f.Required && n.Options[0] != (option{"", "choose"}) {
					t.Errorf("%s.%s begins with %v", d.Name, n.Name, n.Options[0])
				}
				look(n.Children)
			}
		}
		for _, s := range modelOf(t, d.Name).build(url.Values{}) {
			if s.Title == "More" && d.Name == "SeasonalNotice" {
				t.Error("the form of a notice ends with a section that has nothing to fill in")
			}
			look(s.Nodes)
		}
	}
}

// Every nested type that a writable field has is known to the form.
func TestFormsKnowNestedTypes(t *testing.T) {
	t.Parallel()
	plain := []string{"String", "Int", "Float", "Boolean", "ID", "AWSDate", "AWSDateTime", "AWSURL"}
	for _, d := range entity.Descriptions {
		for _, f := range d.Fields {
			if f.Writable && len(f.Values) == 0 && !slices.Contains(plain, f.Type) && inputs[f.Type] == nil {
				t.Errorf("%s.%s is of type %s, which the form can't show", d.Name, f.Name, f.Type)
			}
		}
	}
	for name, in := range inputs {
		for i := range in.NumField() {
			ft := in.Field(i).Type
			if ft.Kind() == reflect.Pointer {
				ft = ft.Elem()
			}
			if ft.Kind() == reflect.String && ft != reflect.TypeFor[string]() && enums[ft] == nil {
				t.Errorf("%s.%s is the enum %s, whose members the form does not know", name, in.Field(i).Name, ft)
			}
		}
	}
}

// What the API says, flattened into a form and read back, is the same.
func TestFlattenAndParseAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.Custom(func(t *rapid.T) any {
			if rapid.Bool().Draw(t, "unknown") {
				return nil
			}
			return float64(rapid.IntRange(0, 10).Draw(t, "mark")) / 2
		})
		words := rapid.Custom(func(t *rapid.T) any {
			s := strings.TrimSpace(rapid.StringMatching(`[A-Za-zäöü0-9 .,'"<>&;:=/-]{0,40}`).Draw(t, "text"))
			if s == "" {
				return nil
			}
			return s
		})
		profile := map[string]any{"direction": rapid.SampledFrom([]string{"FORWARD", "BACKWARD", "EITHER"}).Draw(t, "direction"), "labels": []any{map[string]any{"system": "imba", "label": "blue", "statedBy": "me"}}}
		axes := []any{}
		for _, code := range fixedRows["AxisMark"].keys {
			a := map[string]any{"axis": code, "predominant": mark.Draw(t, "predominant"), "worst": mark.Draw(t, "worst"), "notApplicable": rapid.Bool().Draw(t, "na"), "wetOffset": mark.Draw(t, "wet"), "note": words.Draw(t, "note"), "basis": "LOCAL"}
			if a["predominant"] == nil && a["worst"] == nil && a["wetOffset"] == nil && a["note"] == nil && a["notApplicable"] == false {
				continue // says nothing: the form does not keep it
			}
			axes = append(axes, a)
		}
		profile["axes"] = axes
		tri := rapid.SampledFrom([]any{nil, true, false})
		number := rapid.SampledFrom([]any{nil, 0.0, 1.0, 3240.5, -12.0})
		values := map[string]any{
			"name": "Name", "systemIds": []any{"a", "b"}, "type": "SINGLETRACK", "direction": "BOTH", "gates": rapid.SampledFrom([]any{nil, 0.0, 7.0}).Draw(t, "gates"),
			"fitsFirstBike": tri.Draw(t, "first"), "lengthM": number.Draw(t, "length"), "personality": words.Draw(t, "personality"), "difficulty": []any{profile},
			"features": []any{map[string]any{"atM": number.Draw(t, "at"), "kind": "DROP", "name": words.Draw(t, "name"), "sizeM": nil, "technical": mark.Draw(t, "t"), "consequence": nil, "mandatory": rapid.Bool().Draw(t, "m"), "bypass": nil, "note": words.Draw(t, "fnote")}},
			"access":   []any{map[string]any{"bikeClass": "MTB", "verdict": "ALLOWED", "months": []any{1.0, 12.0}, "weekdays": []any{}, "hours": nil, "whenWet": tri.Draw(t, "wetrule"), "legalBasis": nil, "source": words.Draw(t, "source"), "date": nil}},
			"tags":     []any{"flowy", "rocky"}, "closedUntil": rapid.SampledFrom([]any{nil, "2027-05-01"}).Draw(t, "closed"),
		}
		m := &formModel{problems: map[string]string{}, terms: newTerms(nil), choices: map[string][]option{}}
		m.description, _ = entity.Describe("Trail")
		got := m.parse(m.flatten(values))
		if len(m.problems) > 0 {
			t.Fatalf("problems: %v", m.problems)
		}
		for name, want := range values {
			if !same(got[name], want) {
				g, _ := json.Marshal(got[name])
				w, _ := json.Marshal(want)
				t.Fatalf("%s became %s, was %s", name, g, w)
			}
		}
		if d := changed(got, m.parse(m.flatten(got))); len(d) > 0 {
			t.Fatalf("a second round changes %v", d)
		}
	})
}

func TestConstraintsNameTheirField(t *testing.T) {
	t.Parallel()
	m := modelOf(t, "Trail")
	for constraint, want := range map[string]string{
		"trail_gates_range": "gates", "trail_narrowest_cm_range": "narrowestCm", "trail_flow": "flow", "mark_check": "", "system_name_length": "", "trail_nothing_of_it": "", "": "",
		"trail_type_check": "type", "trail_local_name_length": "localName",
	} {
		if got := m.constrained(constraint); got != want {
			t.Errorf("%s is about %q, want %q", constraint, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for amount, want := range map[float64]string{0: "free", 30: "30 EUR", 4.5: "4.50 EUR", 0.1: "0.10 EUR", 1.125: "1.125 EUR", 1234567: "1234567 EUR"} {
		if got := money(amount, "EUR"); got != want {
			t.Errorf("%v is %q, want %q", amount, got, want)
		}
	}
}

func TestNestedValuesAreChecked(t *testing.T) {
	t.Parallel()
	m := modelOf(t, "System")
	m.parse(url.Values{"links.0.title": {"x"}, "links.0.url": {"javascript:alert(1)"}, "access.0.bikeClass": {"UNICYCLE"}, "access.0.date": {"yesterday"}, "position.lat": {"47"}, "season.3.month": {"4"}, "season.3.verdict": {"MAYBE"}, "safety.hazards.0.kind": {"DRAGONS"}})
	want := []string{"access.0.bikeClass", "access.0.date", "links.0.url", "name", "position.lon", "kind", "regionIds", "safety.hazards.0.kind", "season.3.verdict"}
	var got []string
	for name := range m.problems {
		got = append(got, name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// No form, however strange, breaks the reader or makes an endless list.
func FuzzParseForm(f *testing.F) {
	f.Add("name=x&features.0.kind=DROP&features.99999999999.kind=GAP&difficulty.0.axes.0.worst=NaN")
	f.Add("features.-1.kind=DROP&access.0.months=1,2,x&position.lat=1e999&tags=a&tags=a,b")
	f.Add("difficulty.0.labels.0.system=imba&season.12.verdict=GO&season.11.verdict=GO")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		for name := range entityTypes {
			m := modelOf(t, name)
			out := m.parse(v)
			if _, err := json.Marshal(out); err != nil {
				t.Errorf("%s: what was read is not JSON: %v", name, err)
			}
			for field, value := range out {
				if list, ok := value.([]any); ok && len(list) > maxRows && inputs[field] != nil {
					t.Errorf("%s.%s has %d rows", name, field, len(list))
				}
			}
			m.build(v)
		}
	})
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/a?b=c#d", "//x", "/\\x", "https://x/", "/a\r\nb", "/sign-in/x", "/%2f%2fx", "/..//x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := localPath(s)
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n") {
			t.Errorf("localPath(%q) = %q leads away", s, got)
		}
	})
}

var allowed = []string{"p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "blockquote", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6", "a"}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"**a**", "<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](https://a.example \"t\")", "![x](https://a.example/x.png)", "<a href=x onclick=y>z</a>", "| a |\n|---|\n| b |", "x <b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 20_000 {
			return
		}
		out, err := markdown(s)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := html.ParseFragment(strings.NewReader(string(out)), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
		if err != nil {
			t.Fatal(err)
		}
		var walk func(*html.Node)
		walk = func(n *html.Node) {
			if n.Type == html.ElementNode {
				if !slices.Contains(allowed, n.Data) {
					t.Errorf("markdown(%q) makes <%s>: %s", s, n.Data, out)
				}
				for _, a := range n.Attr {
					target, err := url.Parse(a.Val)
					ok := n.Data == "a" && (a.Key == "rel" || (a.Key == "href" && err == nil && slices.Contains([]string{"", "http", "https", "mailto"}, strings.ToLower(target.Scheme))))
					if !ok {
						t.Errorf("markdown(%q) makes %s=%q on <%s>: %s", s, a.Key, a.Val, n.Data, out)
					}
				}
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
		for _, n := range nodes {
			walk(n)
		}
	})
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"A **b** and *c*":                       "<p>A <strong>b</strong> and <em>c</em></p>\n",
		"<script>x</script>ok":                  "\n",
		"[x](javascript:alert(1))":              "<p>x</p>\n",
		"[x](https://a.example/)":               `<p><a href="https://a.example/" rel="nofollow">x</a></p>` + "\n",
		"# Big":                                 "<h3>Big</h3>\n", // h1 and h2 are the page's
		"#### Small\n##### Smaller":             "<h3>Small</h3>\n<h4>Smaller</h4>\n",
		"![map](https://a.example/tracker.gif)": "<p></p>\n",
		"":                                      "",
	} {
		got, err := markdown(source)
		if err != nil {
			t.Errorf("%q: %v", source, err)
		}
		if string(got) != want {
			t.Errorf("%q became %q, want %q", source, got, want)
		}
	}
}

func TestUnitsText(t *testing.T) {
	t.Parallel()
	metric, imperial := units{}, units{Imperial: true}
	for _, c := range []struct{ got, want string }{
		{metric.Distance(0), "0 m"}, {metric.Distance(850.4), "850 m"}, {metric.Distance(3240), "3.2 km"}, {metric.Distance(12000), "12 km"}, {metric.Distance(123456), "123 km"},
		{imperial.Distance(200), "656 ft"}, {imperial.Distance(1609.344), "1 mi"}, {metric.Height(1234), "1\u202f234 m"}, {metric.Height(-3), "\u22123 m"}, {imperial.Height(100), "328 ft"},
		{metric.Size(0.9), "0.9 m"}, {imperial.Size(0.9), "3 ft"}, {metric.Width(45), "45 cm"}, {imperial.Width(45), "18 in"}, {minutes(45), "45 min"}, {minutes(120), "2 h"}, {minutes(130), "2 h 10"}, {minutes(65), "1 h 05"},
		{day("2026-05-02"), "2 May 2026"}, {day("2026-05-02Z"), "2 May 2026"}, {day("2026-10-12T17:20:00.000Z"), "12 October 2026"}, {day("soon"), "soon"},
		{runs([]int{1, 2, 3, 11, 12}, monthNames[:], 3), "Jan to Mar, Nov, Dec"}, {runs([]int{99, -1}, monthNames[:], 3), ""}, {runs([]int{1, 2, 3, 4, 5}, dayNames[:], 3), "Mon to Fri"},
		{plural(1, "trail", "trails"), "1 trail"}, {plural(0, "trail", "trails"), "0 trails"}, {word("E_MTB_CLASS_1"), "E-MTB class 1"}, {word("FIRE_ROAD"), "Fire road"}, {word((*string)(nil)), ""},
		{string(snippet("a «b» <i>")), "a <mark>b</mark> &lt;i&gt;"}, {string(snippet("a «b <i>")), "a b &lt;i&gt;"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCookiesAreBoundToTheirName(t *testing.T) {
	t.Parallel()
	s, err := newSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	value, err := s.seal("session", session{ID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	var back session
	if err := s.open("session", value, &back); err != nil || back.ID != "x" {
		t.Errorf("open: %v, %v", back, err)
	}
	if err := s.open("sign-in", value, &back); err == nil {
		t.Error("a session opens as an attempt")
	}
	again, err := s.seal("session", session{ID: "x"})
	if err != nil || again == value {
		t.Errorf("the same session twice gives the same cookie (%v)", err)
	}
}

// The largest form that gets through the bounds is read in bounded time: it is
// measured here so that nobody makes it quadratic by accident.
func BenchmarkParseHostileForm(b *testing.B) {
	v := url.Values{}
	for i := range 60 {
		for j := range 60 {
			key := "difficulty." + strconv.Itoa(i) + ".labels." + strconv.Itoa(j)
			v.Set(key+".system", "imba")
			v.Set(key+".label", "blue")
		}
	}
	for b.Loop() {
		m := modelOf(b, "Trail")
		m.parse(v)
		m.build(v)
	}
}
