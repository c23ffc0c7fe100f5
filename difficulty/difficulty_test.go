package difficulty_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

func TestSystems(t *testing.T) {
	t.Parallel()
	// The vocabulary of the wiki, in order.
	want := map[string]string{
		"imba":       "white green blue black double-black",
		"trailforks": "white green blue black double-black pro-line",
		"uk":         "green blue red black (orange)",
		"alps":       "blue red black",
		"nz":         "1 2 3 4 5 6",
		"sts":        "S0 S1 S2 S3 S4 S5",
		"osm":        "0 1 2 3 4 5 6",
	}
	got := map[string]string{}
	for _, s := range difficulty.Systems() {
		var labels []string
		steps := 0
		apart := false
		for i, l := range s.Labels {
			index, err := s.Index(strings.ToUpper(l.ID))
			if err != nil {
				t.Fatal(err)
			}
			if l.Apart {
				apart = true
				if index != -1 {
					t.Errorf("%s %s: index %d", s.ID, l.ID, index)
				}
				labels = append(labels, "("+l.ID+")")
				continue
			}
			if index != i || apart {
				t.Errorf("%s %s: index %d, want %d; those apart come last", s.ID, l.ID, index, i)
			}
			if l.Name == "" {
				t.Errorf("%s %s has no name", s.ID, l.ID)
			}
			steps++
			labels = append(labels, l.ID)
		}
		if s.Steps() != steps || s.Name == "" || s.Rates == "" || s.Source == "" {
			t.Errorf("system %+v", s)
		}
		got[s.ID] = strings.Join(labels, " ")
		again, err := difficulty.LookupSystem(s.ID)
		if diff := cmp.Diff(s, again); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		// What is handed out must not be the package's own.
		again.Labels[0].ID = "changed"
		s.Labels[0].ID = "changed"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s, err := difficulty.LookupSystem("imba"); err != nil || s.Labels[0].ID != "white" {
		t.Errorf("a caller changed the table: %v, %v", s.Labels, err)
	}
	if _, err := difficulty.LookupSystem("yds"); !errors.Is(err, difficulty.ErrUnknownLabel) || !strings.Contains(err.Error(), "imba, trailforks") {
		t.Errorf("unknown system: %v", err)
	}
}

func TestStated(t *testing.T) {
	t.Parallel()
	tests := []struct {
		stated difficulty.Stated
		want   string // in the error; empty: accepted
	}{
		{difficulty.Stated{System: "imba", Label: "blue", By: "sign at the trailhead"}, ""},
		{difficulty.Stated{System: "uk", Label: "orange", By: "operator"}, ""},
		{difficulty.Stated{System: "imba", Label: "blue"}, "say who stated it"},
		{difficulty.Stated{System: "imba", Label: "red", By: "x"}, `imba has no label "red"`},
		{difficulty.Stated{System: "", Label: "blue", By: "x"}, "no system"},
	}
	for _, tt := range tests {
		err := tt.stated.Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.stated, err, tt.want)
		}
	}
}

func TestConvert(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, label, to string
		low, high       string
		rough, reading  bool // reading: rests on our own reading of the tables
	}{
		{"osm", "0", "sts", "S0", "S0", false, false},
		{"osm", "5", "sts", "S5", "S5", false, false},
		{"sts", "S3", "osm", "3", "3", false, false},
		{"sts", "S0", "alps", "blue", "blue", true, false},
		{"sts", "s1", "alps", "blue", "blue", true, false},
		{"sts", "S2", "alps", "red", "red", true, false},
		{"sts", "S3", "alps", "black", "black", true, false},
		{"sts", "S5", "alps", "black", "black", true, false},
		{"alps", "blue", "sts", "S0", "S1", true, false},
		{"alps", "red", "osm", "2", "2", true, false},
		{"alps", "black", "sts", "S3", "S5", true, false},
		{"osm", "4", "alps", "black", "black", true, false},
		{"sts", "S0", "imba", "white", "green", true, true},
		{"osm", "2", "imba", "blue", "blue", true, true},
		{"osm", "4", "imba", "double-black", "double-black", true, true},
		{"imba", "white", "osm", "0", "1", true, true},
		{"imba", "double-black", "sts", "S4", "S5", true, true},
		{"alps", "black", "imba", "black", "double-black", true, true},
		{"alps", "blue", "trailforks", "white", "green", true, true},
		{"trailforks", "black", "imba", "black", "black", true, false},
		{"imba", "green", "trailforks", "green", "green", true, false},
		{"imba", "blue", "imba", "blue", "blue", false, false},
		{"uk", "orange", "uk", "orange", "orange", false, false},
		{"nz", "6", "nz", "6", "6", false, false},
	}
	for _, tt := range tests {
		c, err := difficulty.Convert(tt.from, tt.label, tt.to)
		if err != nil {
			t.Errorf("%s %s to %s: %v", tt.from, tt.label, tt.to, err)
			continue
		}
		if c.System != tt.to || c.Low != tt.low || c.High != tt.high || c.Rough != tt.rough || c.Published == tt.reading {
			t.Errorf("%s %s to %s: %+v, want %+v", tt.from, tt.label, tt.to, c, tt)
		}
		if (len(c.Sources) == 0) != (tt.from == tt.to) {
			t.Errorf("%s %s to %s: sources %q", tt.from, tt.label, tt.to, c.Sources)
		}
	}
	refused := []struct {
		from, label, to string
		want            error
	}{
		{"uk", "blue", "imba", difficulty.ErrNoMapping},
		{"nz", "3", "sts", difficulty.ErrNoMapping},
		{"imba", "blue", "uk", difficulty.ErrNoMapping},
		{"uk", "orange", "imba", difficulty.ErrNoMapping},
		{"osm", "6", "sts", difficulty.ErrNoMapping},
		{"osm", "6", "imba", difficulty.ErrNoMapping},
		{"trailforks", "pro-line", "imba", difficulty.ErrNoMapping},
		{"imba", "red", "sts", difficulty.ErrUnknownLabel},
		{"yds", "5.9", "imba", difficulty.ErrUnknownLabel},
		{"imba", "blue", "yds", difficulty.ErrUnknownLabel},
	}
	for _, tt := range refused {
		if c, err := difficulty.Convert(tt.from, tt.label, tt.to); !errors.Is(err, tt.want) {
			t.Errorf("%s %s to %s: %+v, %v, want %v", tt.from, tt.label, tt.to, c, err, tt.want)
		}
	}
}

// TestConvertProperties holds for every pair of systems: a harder label never
// converts to an easier one, and the way back includes where one came from.
func TestConvertProperties(t *testing.T) {
	t.Parallel()
	converted := 0
	for _, from := range difficulty.Systems() {
		for _, to := range difficulty.Systems() {
			lastLow, lastHigh := 0, 0
			for i, l := range from.Labels {
				if l.Apart {
					continue
				}
				c, err := difficulty.Convert(from.ID, l.ID, to.ID)
				if errors.Is(err, difficulty.ErrNoMapping) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				converted++
				low, err := to.Index(c.Low)
				if err != nil {
					t.Fatal(err)
				}
				high, err := to.Index(c.High)
				if err != nil {
					t.Fatal(err)
				}
				if low > high || low < lastLow || high < lastHigh {
					t.Errorf("%s to %s: %s gives %s to %s, easier than the label before", from.ID, to.ID, l.ID, c.Low, c.High)
				}
				lastLow, lastHigh = low, high
				back, err := difficulty.Convert(to.ID, c.Low, from.ID)
				if err != nil {
					t.Fatal(err)
				}
				least, err := from.Index(back.Low)
				if err != nil {
					t.Fatal(err)
				}
				if least > i {
					t.Errorf("%s %s to %s and back starts at %s", from.ID, l.ID, to.ID, back.Low)
				}
			}
		}
	}
	if converted < 100 {
		t.Errorf("only %d conversions were checked", converted)
	}
}

func TestParseOSMScale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value string
		want  difficulty.OSMScale
		ok    bool
	}{
		{"0", difficulty.OSMScale{Low: "0", High: "0"}, true},
		{"2+", difficulty.OSMScale{Low: "2", High: "2", Suffix: "+"}, true},
		{" 3- ", difficulty.OSMScale{Low: "3", High: "3", Suffix: "-"}, true},
		{"6", difficulty.OSMScale{Low: "6", High: "6"}, true},
		// Both are in real data.
		{"0;1", difficulty.OSMScale{Low: "0", High: "1"}, true},
		{"3; 1+;2", difficulty.OSMScale{Low: "1", High: "3"}, true},
		{"", difficulty.OSMScale{}, false},
		{"7", difficulty.OSMScale{}, false},
		{"S2", difficulty.OSMScale{}, false},
		{"2*", difficulty.OSMScale{}, false},
		{"2++", difficulty.OSMScale{}, false},
		{"1;", difficulty.OSMScale{}, false},
		{"yes", difficulty.OSMScale{}, false},
		{strings.Repeat("1;", 50) + "1", difficulty.OSMScale{}, false},
	}
	for _, tt := range tests {
		got, err := difficulty.ParseOSMScale(tt.value)
		if got != tt.want || (err == nil) != tt.ok || err != nil && !errors.Is(err, difficulty.ErrUnknownLabel) {
			t.Errorf("%q: %+v, %v, want %+v", tt.value, got, err, tt.want)
		}
	}
	for i, want := range []string{"white", "green", "blue", "black", "double-black"} {
		if got, err := difficulty.ParseOSMIMBA(string(rune('0' + i))); got != want || err != nil {
			t.Errorf("mtb:scale:imba=%d: %q, %v", i, got, err)
		}
	}
	for _, value := range []string{"", "5", "-1", "1+", "blue"} {
		if got, err := difficulty.ParseOSMIMBA(value); !errors.Is(err, difficulty.ErrUnknownLabel) {
			t.Errorf("mtb:scale:imba=%q: %q, %v", value, got, err)
		}
	}
}

func FuzzParseOSMScale(f *testing.F) {
	for _, s := range []string{"0", "2+", "0;1", "", "7", "1;;2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		scale, err := difficulty.ParseOSMScale(value)
		if err != nil {
			return
		}
		osm, err := difficulty.LookupSystem(difficulty.OSM)
		if err != nil {
			t.Fatal(err)
		}
		low, errLow := osm.Index(scale.Low)
		high, errHigh := osm.Index(scale.High)
		if errLow != nil || errHigh != nil || low > high || scale.Suffix != "" && scale.Low != scale.High {
			t.Fatalf("%q: %+v", value, scale)
		}
	})
}

func TestLabelOfSkill(t *testing.T) {
	t.Parallel()
	imba, err := difficulty.LookupSystem(difficulty.IMBA)
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, skill := range []string{"learning", "comfortable", "challenging", "expert"} {
		label, err := difficulty.LabelOfSkill(skill)
		if err != nil {
			t.Fatal(err)
		}
		index, err := imba.Index(label)
		if err != nil || index != last+1 {
			t.Errorf("%s: %s, %v", skill, label, err)
		}
		last = index
	}
	if _, err := difficulty.LabelOfSkill("god"); !errors.Is(err, difficulty.ErrUnknownLabel) {
		t.Errorf("unknown level: %v", err)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{-0.1, 5.1, math.NaN(), math.Inf(1)} {
		if _, err := difficulty.NewMark(v); err == nil {
			t.Errorf("mark of %v was accepted", v)
		}
	}
	mark := func(v float64) difficulty.Mark {
		m, err := difficulty.NewMark(v)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	tests := []struct {
		mark    difficulty.Mark
		text    string
		value   float64
		known   bool
		applies bool
	}{
		{difficulty.Mark{}, "unknown", 0, false, true},
		{difficulty.NotApplicable(), "does not apply", 0, false, false},
		{mark(0), "0", 0, true, true},
		{mark(2.5), "2.5", 2.5, true, true},
		{mark(5), "5", 5, true, true},
		{mark(3.14159), "3.1", 3.14159, true, true},
	}
	for _, tt := range tests {
		value, known := tt.mark.Value()
		if tt.mark.String() != tt.text || value != tt.value || known != tt.known || tt.mark.Applies() != tt.applies {
			t.Errorf("%v: %v, %v, applies %v, want %+v", tt.mark, value, known, tt.mark.Applies(), tt)
		}
	}
	names := map[string]bool{}
	for _, a := range difficulty.Axes() {
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if a.Name() == string(a) || names[a.Name()] {
			t.Errorf("axis %s is called %q", a, a.Name())
		}
		names[a.Name()] = true
	}
	if len(names) != 5 {
		t.Errorf("axes %v", names)
	}
	if err := difficulty.Axis("flow").Check(); err == nil {
		t.Error("flow is character, not difficulty")
	}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	tests := []struct {
		offset difficulty.Offset
		words  string // empty: refused
	}{
		{-1.5, "rides a step and a half easier than its labels say"},
		{-1, "rides a step easier than its labels say"},
		{-0.5, "rides half a step easier than its labels say"},
		{0, "is graded as elsewhere"},
		{0.5, "rides half a step harder than its labels say"},
		{1, "rides a step harder than its labels say"},
		{1.5, "rides a step and a half harder than its labels say"},
		{2, ""}, {-2, ""}, {0.25, ""}, {difficulty.Offset(math.NaN()), ""}, {difficulty.Offset(math.Inf(1)), ""},
	}
	for _, tt := range tests {
		err := tt.offset.Check()
		if (err == nil) != (tt.words != "") {
			t.Errorf("%v: %v", tt.offset, err)
		}
		if tt.words != "" && tt.offset.Words() != tt.words {
			t.Errorf("%v: %q", tt.offset, tt.offset.Words())
		}
	}
}

func TestLocalGrading(t *testing.T) {
	t.Parallel()
	down, up := difficulty.TechnicalDescending, difficulty.TechnicalClimbing
	places := []difficulty.Place{
		{Name: "trail centre", Offsets: map[difficulty.Axis]difficulty.Offset{up: 0}},
		{Name: "valley", Offsets: map[difficulty.Axis]difficulty.Offset{down: 0.5}},
		{Name: "region", Offsets: map[difficulty.Axis]difficulty.Offset{down: 1, up: 1, difficulty.Air: -0.5}},
	}
	tests := []struct {
		axis difficulty.Axis
		want difficulty.Offset
		from string
		ok   bool
	}{
		{down, 0.5, "valley", true},   // not the region's, and not the sum
		{up, 0, "trail centre", true}, // an offset of 0 is an opinion, too
		{difficulty.Air, -0.5, "region", true},
		{difficulty.Fitness, 0, "", false},
	}
	for _, tt := range tests {
		got, from, ok := difficulty.LocalGrading(tt.axis, places)
		if got != tt.want || from != tt.from || ok != tt.ok {
			t.Errorf("%s: %v from %q, %v, want %+v", tt.axis, got, from, ok, tt)
		}
	}
}

func offset(o difficulty.Offset) *difficulty.Offset { return &o }

func TestTranslate(t *testing.T) {
	t.Parallel()
	axis := difficulty.TechnicalDescending
	tests := []struct {
		name     string
		question difficulty.Question
		label    string
		position float64
		low      string
		high     string
		start    string
		below    bool
		above    bool
		missing  int
	}{
		{
			"black at home, harder there", difficulty.Question{System: "imba", Label: "black", Home: offset(0), Away: offset(1)},
			"blue", 2, "green", "black", "green", false, false, 1,
		},
		{
			"softer there", difficulty.Question{System: "imba", Label: "blue", Home: offset(0.5), Away: offset(-0.5)},
			"black", 3, "blue", "double-black", "blue", false, false, 1,
		},
		{
			"both graded alike", difficulty.Question{System: "imba", Label: "blue", Home: offset(1), Away: offset(1)},
			"blue", 2, "green", "black", "green", false, false, 1,
		},
		{
			"nobody said anything", difficulty.Question{System: "imba", Label: "blue"},
			"blue", 2, "green", "black", "white", false, false, 3,
		},
		{
			"half a step counts as the easier", difficulty.Question{System: "imba", Label: "blue", Home: offset(0), Away: offset(0.5)},
			"green", 1.5, "green", "blue", "white", false, false, 1,
		},
		{
			"easiest label of a hard place", difficulty.Question{System: "imba", Label: "white", Home: offset(-1), Away: offset(1)},
			"white", -2, "white", "white", "white", true, false, 1,
		},
		{
			"hardest label of a soft place", difficulty.Question{System: "imba", Label: "double-black", Home: offset(1.5), Away: offset(-1.5)},
			"double-black", 7, "double-black", "double-black", "double-black", false, true, 1,
		},
		{
			"same place", difficulty.Question{System: "nz", Label: "4", SamePlace: true, Home: offset(1), Away: offset(1)},
			"4", 3, "4", "4", "4", false, false, 0,
		},
		{
			"another ladder", difficulty.Question{System: "alps", Label: "blue", AwaySystem: "sts", Home: offset(0), Away: offset(0)},
			"S0", 0.5, "S0", "S2", "S0", false, false, 1,
		},
		{
			"same steps, another name", difficulty.Question{System: "osm", Label: "2", AwaySystem: "sts", SamePlace: true},
			"S2", 2, "S2", "S2", "S2", false, false, 0,
		},
		{
			"British label among British", difficulty.Question{System: "uk", Label: "red", AwaySystem: "uk", Home: offset(0), Away: offset(0)},
			"red", 2, "blue", "black", "blue", false, false, 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.question.Axis = axis
			got, err := difficulty.Translate(tt.question)
			if err != nil {
				t.Fatal(err)
			}
			if got.Label != tt.label || math.Abs(got.Position-tt.position) > 1e-9 || got.Low != tt.low || got.High != tt.high ||
				got.StartWith != tt.start || got.BelowScale != tt.below || got.AboveScale != tt.above || len(got.Missing) != tt.missing {
				t.Errorf("%+v, want %+v", got, tt)
			}
			if !got.Opinion || len(got.Reasons)+len(got.Missing) == 0 {
				t.Errorf("%+v does not say what it rests on", got)
			}
		})
	}
	refused := []struct {
		name     string
		question difficulty.Question
		want     error
	}{
		{"no axis", difficulty.Question{System: "imba", Label: "blue"}, nil},
		{"offset of two steps", difficulty.Question{Axis: axis, System: "imba", Label: "blue", Away: offset(2)}, nil},
		{"unknown label", difficulty.Question{Axis: axis, System: "imba", Label: "red"}, difficulty.ErrUnknownLabel},
		{"unknown system", difficulty.Question{Axis: axis, System: "x", Label: "red"}, difficulty.ErrUnknownLabel},
		{"unknown system there", difficulty.Question{Axis: axis, System: "imba", Label: "blue", AwaySystem: "x"}, difficulty.ErrUnknownLabel},
		{"label apart", difficulty.Question{Axis: axis, System: "uk", Label: "orange"}, difficulty.ErrApart},
		{"no mapping", difficulty.Question{Axis: axis, System: "uk", Label: "blue", AwaySystem: "imba"}, difficulty.ErrNoMapping},
	}
	for _, tt := range refused {
		got, err := difficulty.Translate(tt.question)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %+v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

// TestTranslateProperties holds for every question: a harder label at home is not
// easier there, a harder place lowers the answer, knowing less widens it, and the
// way back leads home.
func TestTranslateProperties(t *testing.T) {
	t.Parallel()
	imba, err := difficulty.LookupSystem(difficulty.IMBA)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *difficulty.Offset {
			return offset(difficulty.Offset(rapid.IntRange(-3, 3).Draw(t, name)) / 2)
		}
		translate := func(label int, home, away *difficulty.Offset) difficulty.Translation {
			got, err := difficulty.Translate(difficulty.Question{
				Axis: difficulty.Air, System: difficulty.IMBA, Label: imba.Labels[label].ID, Home: home, Away: away,
			})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		label := rapid.IntRange(0, 3).Draw(t, "label")
		home, away := draw("home"), draw("away")
		got := translate(label, home, away)
		if !(got.PositionLow < got.Position && got.Position < got.PositionHigh) {
			t.Fatalf("interval %+v", got)
		}
		if harder := translate(label+1, home, away); harder.Position <= got.Position {
			t.Fatalf("%+v, a harder label %+v", got, harder)
		}
		if *away < difficulty.MaxOffset {
			if there := translate(label, home, offset(*away+0.5)); there.Position >= got.Position {
				t.Fatalf("%+v, in a harder place %+v", got, there)
			}
		}
		unsaid := translate(label, home, nil)
		if unsaid.PositionHigh-unsaid.PositionLow <= got.PositionHigh-got.PositionLow || len(unsaid.Missing) <= len(got.Missing) {
			t.Fatalf("%+v, without a grading there %+v", got, unsaid)
		}
		index, err := imba.Index(got.Label)
		if err != nil {
			t.Fatal(err)
		}
		if !got.BelowScale && !got.AboveScale {
			back := translate(index, away, home)
			if math.Abs(back.Position-float64(label)) > 0.5+1e-9 {
				t.Fatalf("there %+v, back %+v", got, back)
			}
		}
		start, err := imba.Index(got.StartWith)
		if err != nil {
			t.Fatal(err)
		}
		if start > index || start > 0 && float64(start) > got.PositionLow+1e-6 {
			t.Fatalf("start with %s: %+v", got.StartWith, got)
		}
	})
}

func TestUnits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		metres                                                     float64
		heightMetric, heightImperial, lengthMetric, lengthImperial string
	}{
		{0, "0 m", "0 ft", "0 m", "0 ft"},
		{-0.2, "0 m", "-1 ft", "0 m", "-1 ft"},
		{3, "3 m", "10 ft", "3 m", "10 ft"},
		{87.4, "87 m", "287 ft", "90 m", "290 ft"},
		{160.9344, "161 m", "528 ft", "160 m", "0.1 mi"},
		{994, "994 m", "3,261 ft", "990 m", "0.6 mi"},
		{995, "995 m", "3,264 ft", "1 km", "0.6 mi"},
		{1240, "1,240 m", "4,068 ft", "1.2 km", "0.8 mi"},
		{12_430, "12,430 m", "40,781 ft", "12.4 km", "7.7 mi"},
		{99_960, "99,960 m", "327,953 ft", "100 km", "62.1 mi"},
		{1_609_344, "1,609,344 m", "5,280,000 ft", "1,609 km", "1,000 mi"},
		{-430, "-430 m", "-1,411 ft", "-430 m", "-0.3 mi"},
		{math.NaN(), "unknown", "unknown", "unknown", "unknown"},
		{math.Inf(-1), "unknown", "unknown", "unknown", "unknown"},
	}
	for _, tt := range tests {
		got := [4]string{
			difficulty.Metric.Height(tt.metres), difficulty.Imperial.Height(tt.metres),
			difficulty.Metric.Distance(tt.metres), difficulty.Imperial.Distance(tt.metres),
		}
		want := [4]string{tt.heightMetric, tt.heightImperial, tt.lengthMetric, tt.lengthImperial}
		if got != want {
			t.Errorf("%v m: %q, want %q", tt.metres, got, want)
		}
	}
	ranges := []struct{ got, want string }{
		{difficulty.Metric.DistanceRange(15_000, 30_000), "15–30 km"},
		{difficulty.Metric.DistanceRange(800, 1200), "800 m–1.2 km"},
		{difficulty.Imperial.DistanceRange(15_000, 30_000), "9.3–18.6 mi"},
		{difficulty.Metric.DistanceRange(5000, 5000), "5 km"},
		{difficulty.Metric.HeightRange(200, 450), "200–450 m"},
		{difficulty.Imperial.HeightRange(math.NaN(), 450), "unknown–1,476 ft"},
	}
	for _, tt := range ranges {
		if tt.got != tt.want {
			t.Errorf("range %q, want %q", tt.got, tt.want)
		}
	}
	for _, s := range []string{"metric", "imperial"} {
		if u, err := difficulty.ParseUnits(s); string(u) != s || err != nil {
			t.Errorf("%q: %q, %v", s, u, err)
		}
	}
	if _, err := difficulty.ParseUnits("furlongs"); err == nil {
		t.Error("furlongs were accepted")
	}
}
