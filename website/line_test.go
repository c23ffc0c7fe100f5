package website_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

const (
	meadow     = "/trails/meadow-round"
	meadowLine = meadow + "/line"
)

// send posts a form with a file, as a browser does.
func (v *visitor) send(path, fileName, file string, values url.Values) answer {
	v.b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, value := range all {
			if err := w.WriteField(name, value); err != nil {
				v.b.t.Fatal(err)
			}
		}
	}
	if fileName != "" {
		part, err := w.CreateFormFile("file", fileName)
		if err != nil {
			v.b.t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			v.b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.b.t.Fatal(err)
	}
	return v.do(http.MethodPost, v.b.url+path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// ride is a GPX recording of 2 km eastwards in the open ocean, a point every 20 m,
// with all that a device tells of its rider.
func ride() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" creator="SecretDevice 9000" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x"><trk><name>From my home</name><trkseg>`)
	for i := range 101 {
		fmt.Fprintf(&b, `<trkpt lat="-47.5" lon="%.6f"><ele>%d</ele><time>2026-10-01T06:%02d:00Z</time><extensions><x:hr>18765</x:hr></extensions></trkpt>`, -139.6+float64(i)*0.000266, 100+i, i%60)
	}
	b.WriteString(`</trkseg></trk></gpx>`)
	return b.String()
}

// secrets are what must not come out of a recording: its ends, times, heart rate,
// device and name.
var secrets = []string{"-139.6", "-139.599", "-139.5734", "2026-10-01", "18765", "SecretDevice", "From my home"}

// From a trail without a line to its line in two forms: choose the file, look, save.
func TestGiveALine(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	id := b.api.Entity("meadow-round")["id"].(string)
	b.api.NoLine(id)
	b.visitor().get(meadow).want(200, In(".give-line a[href^=/sign-in]"))
	b.visitor().still().get(meadowLine).want(http.StatusSeeOther)
	v := b.rider("dora")
	sound(t, v.get(meadow).want(200, In(".give-line input[type=file]")))
	a := v.send(meadowLine, "ride.gpx", ride(), url.Values{"action": {"look"}}).want(200,
		In("main", Text("Nothing has been saved yet")), In("svg.map"), In("svg.profile"), In(".notice", Text("were cut off around the ends")), In("button[value=save]", Text("Give the trail this line")))
	sound(t, a)
	for _, secret := range secrets {
		if strings.Contains(a.body, secret) {
			t.Errorf("the preview tells %q", secret)
		}
	}
	if b.api.Line(id) != nil {
		t.Fatal("looking saved the line")
	}
	form := a.formValues("form.line-choice")
	// Another part first.
	form.Set("from", "0.2")
	form.Set("to", "0.9")
	form.Set("turn", "yes")
	form.Set("action", "look")
	a = v.send(meadowLine, "", "", form).want(200, In(".figures", Text("700 m")))
	form = a.formValues("form.line-choice")
	form.Set("action", "save")
	form.Set("comment", "Ridden on Sunday")
	v.send(meadowLine, "", "", form).want(200, In("h1", Text("Meadow Round")), In("svg.map"))
	line := b.api.Line(id)
	if line == nil {
		t.Fatal("the trail has no line")
	}
	sent := input(t, b.sent("SetTrailLine")[0])
	for _, secret := range secrets {
		if strings.Contains(fmt.Sprint(line, sent), secret) {
			t.Errorf("stored is %q", secret)
		}
	}
	if sent["lengthM"] == nil || sent["descentM"] == nil || sent["elevationMethod"] == nil || sent["comment"] != "Ridden on Sunday" {
		t.Errorf("sent is %v", sent)
	}
	// Turned round, it goes west and down.
	if coordinates := fmt.Sprint(sent["coordinates"]); !strings.HasPrefix(coordinates, "[[-139.58") || sent["climbM"] != 0.0 {
		t.Errorf("climb %v along %.80s", sent["climbM"], coordinates)
	}
}

// Where there is a line, another one is proposed and nothing changes yet.
func TestProposeALine(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const at = "/trails/grin-and-granite/line"
	before := fmt.Sprint(b.api.Line("30000000-0000-4000-8000-000000000001"))
	a := v.send(at, "ride.gpx", ride(), url.Values{"action": {"look"}}).want(200, In("button[value=save]", Text("Propose this line")))
	form := a.formValues("form.line-choice")
	form.Set("action", "save")
	v.send(at, "", "", form).want(200, In(".notice.good"))
	sent := input(t, b.sent("CreateProposal")[0])
	patch, _ := sent["patch"].(string)
	if !strings.Contains(patch, `"line":[[-139.59`) {
		t.Errorf("the patch is %.200s", patch)
	}
	for _, secret := range secrets {
		if strings.Contains(patch, secret) {
			t.Errorf("the proposal tells %q", secret)
		}
	}
	if now := fmt.Sprint(b.api.Line("30000000-0000-4000-8000-000000000001")); now != before {
		t.Error("the trail's line changed by a proposal")
	}
}

// What can't be read is refused with words, and nothing of it is taken.
func TestBadRecordings(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	bomb := `<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><gpx version="1.1"><trk><name>&b;</name></trk></gpx>`
	for _, c := range map[string]struct {
		file   string
		status int
		says   string
	}{
		"nothing":       {"", 422, "neither GPX, FIT nor GeoJSON"},
		"a picture":     {"\x89PNG\r\n\x1a\n\x00\x00", 422, "neither GPX, FIT nor GeoJSON"},
		"a bomb":        {bomb, 422, "could not be read"},
		"half a file":   {ride()[:3000], 422, ""},
		"off the globe": {`{"type":"LineString","coordinates":[[0,0],[500,0],[1,1]]}`, 422, ""},
		"too short":     {`{"type":"LineString","coordinates":[[0,0],[0.001,0]]}`, 422, "at least 200 m"},
		"elsewhere":     {strings.ReplaceAll(ride(), `lat="-47.5"`, `lat="47.5"`), 422, "away from where Meadow Round is"},
		"too large":     {"<gpx version=\"1.1\">" + strings.Repeat(" ", 11<<20), 413, "too large"},
	} {
		v.send(meadowLine, "file", c.file, url.Values{"action": {"save"}}).want(c.status, In("[role=alert]", Text(c.says)))
	}
	v.send(meadowLine, "", "", url.Values{"action": {"look"}}).want(422, In("[role=alert]", Text("Choose a file first")))
	v.send(meadowLine, "", "", url.Values{"lines": {"nonsense"}, "version": {"3"}, "action": {"save"}}).want(400)
	if n := len(b.sent("SetTrailLine")) + len(b.sent("CreateProposal")); n != 0 {
		t.Errorf("%d changes were sent", n)
	}
}

// Lines of open data are drawn as such, with whom to thank, and no file of ours is
// offered where no line is ours.
func TestOpenLines(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	for _, slug := range []string{"grin-and-granite", "larch-line", "goat-shortcut", "meadow-round"} {
		id := b.api.Entity(slug)["id"].(string)
		b.api.OpenLine(id, `[[-139.5,-47.5,600],[-139.49,-47.5,650],[-139.48,-47.49,640]]`)
	}
	v := b.visitor()
	v.get("/trails/grin-and-granite").want(200, In("#line .notice", Text("from open data"), Text("© Testers, ODbL-1.0")), In("#line svg.map"), In("#line svg.profile"), In(".give-line"), None("#line .export"))
	v.get("/systems/imaginary-ridge").want(200, In("svg.map"), In("#trails figcaption", Text("© Testers, ODbL-1.0")), None(".export"))
}
