package compute_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/compute"
)

func exportPayload(format string, after any, rows ...string) string {
	all := []map[string]string{{"node": `{"kind": "TRAIL", "name": "T", "slug": "t", "title": "MTB Wiki", "attribution": "Us", "licence": "CC-BY-SA-4.0", "parts": 3, "stamp": "0123456789ab", "legs": []}`, "coordinates": ""}}
	for i := 0; i+1 < len(rows); i += 2 {
		all = append(all, map[string]string{"node": rows[i], "coordinates": rows[i+1]})
	}
	b, err := json.Marshal(map[string]any{"format": format, "after": after, "rows": all})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// A page begins the file only when it is the first and ends it only when it is the
// last; rows of one part are one line.
func TestComposeExportPages(t *testing.T) {
	t.Parallel()
	first := invoke(t, "composeExport", exportPayload("GEOJSON", nil, `{"n": 1, "kind": "TRAIL", "name": "A", "line": 1, "lines": 1}`, `[[1,2],[1.5,2,3]]`, ``, `[[2,2]]`,
		`{"n": 2, "kind": "TRAIL", "name": "B", "line": 1, "lines": 1}`, `[[5,6],[7,8]]`))
	second := invoke(t, "composeExport", exportPayload("GEOJSON", first["endCursor"], `{"n": 3, "kind": "TRAIL", "name": "C", "line": 1, "lines": 1}`, `[[0.0000001,-0.5],[1,1,0]]`))
	if first["endCursor"] != "2-0123456789ab" || first["hasNextPage"] != true || second["endCursor"] != nil || second["hasNextPage"] != false {
		t.Errorf("cursors: %v %v, then %v %v", first["endCursor"], first["hasNextPage"], second["endCursor"], second["hasNextPage"])
	}
	const want = `{"type":"FeatureCollection","name":"T","description":"Lines: Us, CC BY-SA 4.0.","attribution":"Us","licence":"CC-BY-SA-4.0","licenceUrl":"https://creativecommons.org/licenses/by-sa/4.0/","features":[
{"type":"Feature","properties":{"kind":"TRAIL","name":"A"},"geometry":{"type":"LineString","coordinates":[[1,2],[1.5,2,3],[2,2]]}},
{"type":"Feature","properties":{"kind":"TRAIL","name":"B"},"geometry":{"type":"LineString","coordinates":[[5,6],[7,8]]}},
{"type":"Feature","properties":{"kind":"TRAIL","name":"C"},"geometry":{"type":"LineString","coordinates":[[0.0000001,-0.5],[1,1,0]]}}
]}
`
	if got := first["text"].(string) + second["text"].(string); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A leg that names a part its trail's line doesn't have is no line, and both formats say so.
func TestComposeExportBeyondTheLine(t *testing.T) {
	t.Parallel()
	for format, says := range map[string]string{"GPX": "<!-- Leg 2 lies beyond the end of its trail's line. -->", "GEOJSON": `"missing":"This part lies beyond the end of the trail's line."},"geometry":null}`} {
		text, _ := invoke(t, "composeExport", exportPayload(format, nil, `{"n": 3, "leg": 2, "kind": "TRAIL", "id": "x", "seen": true, "known": true, "fromM": 5000, "toM": 6000, "direction": "FORWARD"}`, `[[1,2],[1,2.001]]`))["text"].(string)
		if !strings.Contains(text, says) || strings.Contains(text, "2.001") {
			t.Errorf("%s lacks %q:\n%s", format, says, text)
		}
	}
}

func TestComposeExportRefuses(t *testing.T) {
	t.Parallel()
	const part = `{"n": 1, "line": 1, "lines": 1}`
	for name, input := range map[string]string{
		"no rows":              `{"format": "GPX", "rows": []}`,
		"only the file's row":  exportPayload("GPX", nil),
		"points of no part":    exportPayload("GPX", nil, ``, `[[1,2]]`),
		"another format":       exportPayload("KML", nil, part, `[[1,2],[3,4]]`),
		"a point of 1 number":  exportPayload("GPX", nil, part, `[[1]]`),
		"a point of 4 numbers": exportPayload("GPX", nil, part, `[[1,2,3,4]]`),
		"no coordinates":       exportPayload("GPX", nil, part, `{}`),
		"a broken node":        exportPayload("GPX", nil, `{"n": "one"}`, ``),
	} {
		if out, err := compute.Invoke(json.RawMessage(`{"function": "composeExport", "input": ` + input + `}`)); err == nil || !strings.Contains(err.Error(), "composeExport") {
			t.Errorf("%s: %s, %v", name, out, err)
		}
	}
}
