package website

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// A rider gives a trail its line from a recording. The file is read as it comes
// and nothing of it is kept here: what is left after trimming goes back to the
// rider in the form of the preview, and comes again with his choice.

const (
	// maxRecordingBytes bounds a file; a long day at a point a second has 6 MB.
	maxRecordingBytes = 10 << 20
	// maxUploadBytes is a file with the form around it.
	maxUploadBytes = maxRecordingBytes + 64<<10
	// parsing at once; who comes in between waits.
	maxParsing = 2
)

// lineForm is the form that takes a recording.
type lineForm struct {
	Ref, Name string
	SignedIn  bool
	// Own: the trail has a line already, and another would be proposed.
	Own bool
}

type linePage struct {
	Page
	Trail   *entity.Trail
	Form    lineForm
	Problem string
	// Preview is nil until there is something to show.
	Preview *linePreview
}

// linePreview is a line that could be proposed, and the form to confirm it.
type linePreview struct {
	Map       template.HTML
	Elevation template.HTML
	// Packed are the trimmed lines.
	Packed   string
	Version  int
	Choices  []lineChoice
	Chosen   int
	From, To string
	Unit     string
	Turned   bool
	Measures recording.Measures
	Take     bool // the measured values too
	// Removed is what was cut off around the ends; nil when the file was read on an
	// earlier page.
	Removed  *float64
	Warnings []string
	Found    bool // the part along the line that is known
	Comment  string
	Key      lineKey
	// Direct: saved at once; otherwise proposed.
	Direct bool
	Points int
}

type lineChoice struct {
	Number int
	Length float64
}

func (s *Site) lineForm(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p, _, err := r.linePage()
	if err != nil {
		return err
	}
	return r.render(http.StatusOK, "line.html", p)
}

// linePage reads the trail and the line it has.
func (r *request) linePage() (*linePage, []mapLine, error) {
	var answer struct{ Trail *entity.Trail }
	if err := r.do("Trail", r.bySlug(r.PathValue("slug")), &answer); err != nil {
		return nil, nil, err
	}
	t := answer.Trail
	if t == nil {
		return nil, nil, errNotFound
	}
	var known struct{ TrailLine *entity.TrailLine }
	if err := r.do("TrailLine", map[string]any{"id": t.ID}, &known); err != nil {
		return nil, nil, err
	}
	var lines []mapLine
	if known.TrailLine != nil {
		lines = r.mapLines([]entity.TrailLine{*known.TrailLine})
	}
	title := "Give " + t.Name + " its line"
	if t.HasLine {
		title = "Propose a line for " + t.Name
	}
	p := &linePage{
		Page:  r.newPage(title, "", Crumb{"Home", "/"}, Crumb{t.Name, "/trails/" + ref(t.Slug, t.ID)}),
		Trail: t, Form: lineForm{Ref: ref(t.Slug, t.ID), Name: t.Name, SignedIn: true, Own: t.HasLine},
	}
	p.NoIndex, p.Synthetic = true, t.Synthetic
	return p, lines, nil
}

// where the trail is: its line, or the places it is filed under.
func (p *linePage) where(known []mapLine) (where []track.Point) {
	for _, l := range known {
		where = append(where, track.Point(l.Pieces[0][0]))
	}
	if len(where) == 0 {
		for _, s := range p.Trail.Systems {
			if s.Position != nil {
				where = append(where, track.At2D(s.Position.Lon, s.Position.Lat))
			}
		}
	}
	return where
}

// takeLine previews a recording, or saves what was previewed.
func (s *Site) takeLine(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p, known, err := r.linePage()
	if err != nil {
		return err
	}
	refuse := func(status int, problem string) error {
		p.Problem = problem
		return r.render(status, "line.html", p)
	}
	sent, err := s.readUpload(r)
	var tooLong *http.MaxBytesError
	switch {
	case errors.Is(err, recording.ErrTooLarge), errors.As(err, &tooLong):
		return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("The file is too large: at most %d MB and %d points can be taken. Cut it to the part around the trail and try again.", maxRecordingBytes>>20, track.MaxPoints))
	case errors.Is(err, recording.ErrFormat):
		return refuse(http.StatusUnprocessableEntity, "This is neither GPX, FIT nor GeoJSON. Export the ride from your device or app in one of these and try again.")
	case errors.As(err, new(*fileError)):
		return refuse(http.StatusUnprocessableEntity, "The file could not be read: "+clip(err.Error(), 300)+". Nothing of it was taken.")
	case err != nil:
		return badRequest("The form could not be read", "Go back and send it again.")
	}
	var lines []track.Line
	pre := &linePreview{Version: p.Trail.Version, Take: true, Comment: clip(strings.TrimSpace(sent.values["comment"]), 300), Direct: !p.Trail.HasLine || r.session.moderator()}
	switch {
	case sent.file != nil:
		removed := 0.0
		if lines, removed, err = trim(sent.file); err != nil {
			return refuse(http.StatusUnprocessableEntity, "There is nothing to propose in it: "+err.Error()+". Start and stop the recording at least 200 m away from the trail.")
		}
		pre.Removed, pre.Warnings = &removed, sent.file.Warnings
		// As the next page will read them.
		pre.Packed = recording.Pack(lines)
		if lines, err = recording.Unpack(pre.Packed); err != nil {
			return err
		}
	case sent.values["lines"] != "":
		if lines, err = recording.Unpack(sent.values["lines"]); err != nil {
			return badRequest("The form is not complete", "The line in it can't be read. Choose the file again.")
		}
		pre.Packed = sent.values["lines"]
		pre.Take = sent.values["take"] != ""
		if pre.Version, err = strconv.Atoi(sent.values["version"]); err != nil {
			return badRequest("The form is not complete", "It does not say which version it was made from. Choose the file again.")
		}
	default:
		return refuse(http.StatusUnprocessableEntity, "Choose a file first.")
	}
	if away, elsewhere := recording.Elsewhere(lines, p.where(known)); elsewhere {
		return refuse(http.StatusUnprocessableEntity, fmt.Sprintf("This recording lies %s away from where %s is, so it is not of this trail. Choose another file; if the place on the wiki is wrong, mend that first.", r.units.Distance(away), p.Trail.Name))
	}
	part, problem := r.choosePart(pre, sent, lines, known)
	chosen, measures, err := recording.Cut(lines, part, nil)
	if err != nil && problem == "" {
		problem = "This part can't be taken: " + err.Error() + "."
	}
	if problem != "" {
		// Shown with the whole line, to choose again.
		part = recording.Part{Line: pre.Chosen, To: lines[pre.Chosen].Length()}
		if chosen, measures, err = recording.Cut(lines, part, nil); err != nil {
			return refuse(http.StatusUnprocessableEntity, "There is nothing to propose in it: "+err.Error()+".")
		}
	}
	pre.Measures, pre.Points = measures, len(chosen)
	p.Preview = pre
	status := http.StatusOK
	if sent.values["action"] == "save" && problem == "" {
		to, message, err := r.saveLine(p, chosen)
		if err != nil {
			return err
		}
		if message == "" {
			return r.redirect(to)
		}
		status, problem = http.StatusConflict, message
		pre.Version = p.Trail.Version
	} else if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	p.Problem = problem
	r.drawPreview(p, lines, chosen, known)
	return r.render(status, "line.html", p)
}

// trim takes what can be shown out of all recordings of a file. Every end counts as
// somebody's home: the wiki knows no trailheads yet, and a system's position is
// often the middle of a town, where people live.
func trim(f *recording.File) (lines []track.Line, removed float64, err error) {
	var private []track.Point
	for _, segments := range f.Recordings {
		private = append(private, recording.PrivateEnds(segments, nil)...)
	}
	err = recording.ErrNothingLeft
	for _, segments := range f.Recordings {
		some, cut, e := recording.Trim(segments, private)
		if e != nil {
			if len(lines) == 0 {
				err = e
			}
			continue
		}
		lines, removed = append(lines, some...), removed+cut
	}
	if len(lines) > 0 {
		err = nil
	}
	return lines, removed, err
}

// choosePart is the part that the form asks for; without a form, the part along
// the line that is known, or the longest line. problem says what can't be done.
func (r *request) choosePart(pre *linePreview, sent *upload, lines []track.Line, known []mapLine) (part recording.Part, problem string) {
	unit := 1000.0
	if pre.Unit = "km"; r.units.Imperial {
		unit, pre.Unit = metresPerMile, "miles"
	}
	for i, l := range lines {
		pre.Choices = append(pre.Choices, lineChoice{i, l.Length()})
	}
	write := func(m float64) string { return strconv.FormatFloat(m/unit, 'f', 3, 64) }
	defer func() {
		if problem == "" {
			pre.From, pre.To = write(min(part.From, part.To)), write(max(part.From, part.To))
		}
	}()
	if sent.file != nil {
		part = recording.Whole(lines)
		if len(known) > 0 {
			if along, ok := recording.Along(lines, trackLine(known[0].Pieces[0])); ok {
				part, pre.Found = along, true
			}
		}
		pre.Chosen, pre.Turned = part.Line, part.From > part.To
		return part, ""
	}
	n, err := strconv.Atoi(sent.values["line"])
	if err != nil || n < 0 || n >= len(lines) {
		return part, "Choose one of the lines."
	}
	pre.Chosen, pre.Turned = n, sent.values["turn"] != ""
	part = recording.Part{Line: n, To: lines[n].Length()}
	// Numbers that belong to another line mean nothing on this one.
	if sent.values["shown"] == sent.values["line"] {
		pre.From, pre.To = clip(sent.values["from"], 20), clip(sent.values["to"], 20)
		from, err1 := distance(sent.values["from"])
		to, err2 := distance(sent.values["to"])
		if err1 != nil || err2 != nil || !(from*unit < to*unit) || from < 0 {
			return part, fmt.Sprintf("From and to are two distances along the line in %s, the smaller first.", pre.Unit)
		}
		part.From, part.To = from*unit, min(to*unit, part.To)
	}
	if pre.Turned {
		part.From, part.To = part.To, part.From
	}
	return part, ""
}

func distance(s string) (float64, error) {
	return strconv.ParseFloat(strings.Replace(strings.TrimSpace(clip(s, 20)), ",", ".", 1), 64)
}

func trackLine(l draw.Line) track.Line {
	out := make(track.Line, len(l))
	for i, p := range l {
		out[i] = track.Point(p)
	}
	return out
}

func drawLine(l track.Line) draw.Line {
	out := make(draw.Line, len(l))
	for i, p := range l {
		out[i] = draw.Point(p)
	}
	return out
}

// maxDrawnPoints of a line on the preview's map.
const maxDrawnPoints = 1500

// drawPreview draws what would be proposed, over the rest of the recording and
// over the line there is.
func (r *request) drawPreview(p *linePage, lines []track.Line, chosen track.Line, known []mapLine) {
	chart := draw.Chart{Title: "Map of the line for " + p.Trail.Name}
	for i, l := range track.SimplifyToPoints(lines, maxDrawnPoints) {
		chart.Tracks = append(chart.Tracks, draw.Track{Name: fmt.Sprintf("Line %d of your file", i+1), Old: true, Line: drawLine(l)})
	}
	for _, l := range known {
		track := l.track()
		track.Name, track.Label = "The line there is", text(p.Trail.CommonLabel)
		chart.Tracks = append(chart.Tracks, track)
	}
	line := drawLine(track.SimplifyToPoints([]track.Line{chosen}, maxDrawnPoints)[0])
	chart.Tracks = append(chart.Tracks, draw.Track{Name: "What would be proposed", Label: text(p.Trail.CommonLabel), Main: true, Line: line})
	p.Preview.Map, p.Preview.Key = r.drawMap(chart), keyOf(known)
	p.Preview.Elevation = draw.Profile(line.Samples(p.Preview.Measures.Length), nil, r.units, "Elevation profile of the line for "+p.Trail.Name)
}

// saveLine gives the trail the line, or proposes it where that is for others to
// decide. message is for the rider when it could be done neither way.
func (r *request) saveLine(p *linePage, line track.Line) (to, message string, err error) {
	t, pre := p.Trail, p.Preview
	coordinates := recording.Coordinates(line)
	change := map[string]any{}
	if pre.Take {
		change = recording.Change(pre.Measures, t.Facts, r.site.now())
	}
	if pre.Direct {
		in := map[string]any{"id": t.ID, "expectedVersion": pre.Version, "coordinates": coordinates, "comment": nilIfBlank(pre.Comment)}
		for k, v := range change {
			in[k] = v
		}
		var answer struct{ SetTrailLine *head }
		err := r.do("SetTrailLine", map[string]any{"input": in}, &answer)
		if err == nil {
			return "/trails/" + ref(t.Slug, t.ID) + "?done=line#line", "", nil
		}
		if e := gql.First(err); e == nil || (e.Type != "ProposalRequired" && e.Type != "Protected") {
			return "", lineRefused(e), ifNot(e, err)
		}
	}
	change["line"] = json.RawMessage(coordinates)
	patch, err := json.Marshal(change)
	if err != nil {
		return "", "", err
	}
	var answer struct{ CreateProposal *struct{ ID string } }
	err = r.do("CreateProposal", map[string]any{"input": map[string]any{
		"entityId": t.ID, "baseVersion": pre.Version, "patch": string(patch), "lang": r.lang, "comment": nilIfBlank(pre.Comment)}}, &answer)
	if err != nil {
		e := gql.First(err)
		return "", lineRefused(e), ifNot(e, err)
	}
	if answer.CreateProposal == nil {
		return "", "", errors.New("createProposal answered null without an error")
	}
	return "/proposals/" + answer.CreateProposal.ID + "?done=proposed", "", nil
}

// lineRefused are the API's words where the rider can do something about it.
func lineRefused(e *gql.Error) string {
	if e != nil && (refusable(e) || e.Type == "Conflict") {
		return e.Message
	}
	return ""
}

// ifNot is the error unless the page has words for it.
func ifNot(e *gql.Error, err error) error {
	if lineRefused(e) != "" {
		return nil
	}
	return err
}

func nilIfBlank(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// upload is what a form with a file sent.
type upload struct {
	file   *recording.File
	values map[string]string
}

// fileError is a file that can't be read; its words are for the rider.
type fileError struct{ error }

func (e *fileError) Unwrap() error { return e.error }

// readUpload reads the form part by part, the file straight through the parser:
// it is never kept, neither in memory nor on disk.
func (s *Site) readUpload(r *request) (*upload, error) {
	in, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	u := &upload{values: map[string]string{}}
	for parts := 0; ; parts++ {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			return u, nil
		}
		if err != nil {
			return nil, err
		}
		if parts == 20 {
			return nil, errors.New("more than 20 fields")
		}
		if err := s.readPart(r, part, u); err != nil {
			return nil, err
		}
	}
}

func (s *Site) readPart(r *request, part *multipart.Part, u *upload) error {
	name := part.FormName()
	if name != "file" {
		most := int64(2 << 10)
		if name == "lines" {
			most = maxUploadBytes
		}
		value, err := io.ReadAll(io.LimitReader(part, most))
		u.values[name] = strings.ToValidUTF8(string(value), "")
		return err
	}
	if part.FileName() == "" {
		return nil // no file was chosen
	}
	select {
	case s.parsing <- struct{}{}:
		defer func() { <-s.parsing }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	f, err := recording.Parse(part, maxRecordingBytes)
	var tooLong *http.MaxBytesError
	if err != nil && !errors.Is(err, recording.ErrTooLarge) && !errors.Is(err, recording.ErrFormat) && !errors.As(err, &tooLong) {
		return &fileError{err}
	}
	u.file = f
	return err
}
