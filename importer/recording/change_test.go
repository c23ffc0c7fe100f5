package recording_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

func TestChange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 23, 30, 0, 0, time.FixedZone("", -3*3600))
	along, today, survey := "Along a rider’s line", "2026-05-02", "Survey"
	measured := func(field string) entity.FactBasis {
		return entity.FactBasis{Field: field, Basis: entity.BasisMeasured, Source: &along, Date: &today}
	}
	before := []entity.FactBasis{{Field: "lengthM", Basis: entity.BasisImported}, {Field: "climbM", Basis: entity.BasisLocal}, {Field: "name", Basis: entity.BasisOfficial, Source: &survey}}
	for _, c := range []struct {
		name string
		m    recording.Measures
		want map[string]any
	}{
		{"elevation unknown", recording.Measures{Length: 1234.56}, map[string]any{
			"lengthM": 1234.6, "facts": []entity.FactBasis{before[1], before[2], measured("lengthM")}}},
		{"with elevation", recording.Measures{Length: 1000, Climb: &track.Climb{Gain: 99.5, Loss: 0.4, Method: "GPS"}}, map[string]any{
			"lengthM": 1000.0, "climbM": 100.0, "descentM": 0.0, "elevationMethod": "GPS",
			"facts": []entity.FactBasis{before[2], measured("lengthM"), measured("climbM"), measured("descentM")}}},
	} {
		if diff := cmp.Diff(c.want, recording.Change(c.m, before, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	var wavy track.Line
	for i := range 400 {
		wavy = append(wavy, track.At2D(11+0.0003*float64(i%7), 47+0.0002*float64(i)))
	}
	lines := []track.Line{wavy[:150], wavy[200:]}
	cut := func(p recording.Part) track.Line {
		t.Helper()
		l, _, err := recording.Cut(lines, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		// As it comes back from the database.
		l, err = track.ParseGeoJSON([]byte(`{"type":"LineString","coordinates":` + recording.Coordinates(l) + `}`))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	moved := func(l track.Line, lon float64) (out track.Line) {
		for _, p := range l {
			p.Lon += lon
			out = append(out, p)
		}
		return out
	}
	part := cut(recording.Part{Line: 1, From: 777.7, To: 2345.6})
	for _, c := range []struct {
		name string
		line track.Line
		want bool
	}{
		{"the whole of one", cut(recording.Part{Line: 0, To: 1e6}), true},
		{"a part", part, true},
		{"a part the other way", cut(recording.Part{Line: 1, From: 2345.6, To: 777.7}), true},
		{"2 m beside it", moved(part, 2/76000.0), false},
		{"what was cut out between", wavy[150:200], false},
		{"none", nil, false},
	} {
		if got := recording.Of(lines, c.line); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
