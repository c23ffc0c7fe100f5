package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/importer/dump"
	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/layer"
	"github.com/mtbwiki/mtbwiki/importer/osm"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/importer/srtm"
	"github.com/mtbwiki/mtbwiki/track"
)

// importCommand: exit 0 when all was taken or is there already, 1 when some was
// skipped, 2 when a file or a line was refused or the command wrongly used.
type importCommand struct {
	OSM     importOSMCommand     `cmd:"" name:"osm" help:"Trails, routes and systems of an OpenStreetMap extract (PBF or XML), as a layer of its own with stubs."`
	GeoJSON importGeoJSONCommand `cmd:"" name:"geojson" help:"Trails and systems of a published network of lines, as a layer of its own with stubs; with --trail, one trail's line from it."`
	GPX     importGPXCommand     `cmd:"" name:"gpx" help:"Lines for trails from recordings or planned routes: no times, no devices, nothing within 200 m of their ends."`
	Dump    importDumpCommand    `cmd:"" name:"dump" help:"A wiki out of a dump that mtbwiki export dump wrote, into one without pages."`
	FIT     importFITCommand     `cmd:"" name:"fit" help:"The same from FIT activities."`
}

type importDumpCommand struct {
	databaseFlags
	Folder string `arg:"" type:"existingdir" help:"The dump."`
}

func (c *importDumpCommand) Run(ctx context.Context, s streams) error {
	if err := upToDate(ctx, c.DatabaseURL); err != nil {
		return err
	}
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	said := ""
	m, err := dump.Restore(ctx, pool, os.DirFS(c.Folder), func(file string) {
		if file != said {
			_, _ = fmt.Fprintf(s.err, "%s\n", file)
		}
		said = file
	})
	if errors.Is(err, dump.ErrDump) || errors.Is(err, dump.ErrNotEmpty) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	var records int64
	for _, f := range m.Files {
		records += f.Records
	}
	_, err = fmt.Fprintf(s.out, "Restored %d records; the youngest change is of %s.\n", records, cmp.Or(m.Changed, "never"))
	return err
}

type demFlags struct {
	DEM []string `name:"dem" type:"existingfile" placeholder:"FILE" help:"SRTM tile (.hgt or .zip) to take elevations from; may be repeated. Without any, unknown elevations stay unknown."`
}

// heights of the tiles, nil without any.
func (f demFlags) heights() (layer.Heights, error) {
	if len(f.DEM) == 0 {
		return nil, nil
	}
	return readTiles(f.DEM)
}

// readTiles reads the files given with --dem.
func readTiles(files []string) (srtm.Tiles, error) {
	const most = 64
	if len(files) > most {
		return nil, usagef("--dem: more than %d tiles", most)
	}
	tiles := srtm.Tiles{}
	for _, name := range files {
		tile, err := readTile(name)
		if err != nil {
			return nil, usageError{fmt.Errorf("--dem %s: %w", name, err)}
		}
		tiles.Add(tile)
	}
	return tiles, nil
}

func readTile(name string) (t *srtm.Tile, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if !strings.EqualFold(filepath.Ext(name), ".zip") {
		return srtm.Parse(f, filepath.Base(name))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return srtm.ParseZip(f, info.Size())
}

// readFile parses a file; a refusal of it is a mistake of the caller (exit code 2).
func readFile[T any](name string, parse func(io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return out, usageError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err = parse(f)
	if err != nil {
		return out, usageError{fmt.Errorf("%s was refused, nothing was taken from any file: %w", name, err)}
	}
	return out, nil
}

type layerFlags struct {
	demFlags
	DatabaseURL string   `name:"database-url" help:"PostgreSQL database to write to." env:"MTBWIKI_DATABASE_URL"`
	Region      []string `placeholder:"SLUG" help:"Region that new systems lie in, the primary one first; may be repeated."`
	DryRun      bool     `name:"dry-run" help:"Only tell what would be made."`
	List        bool     `help:"List every trail, with what is known of it."`
}

func (f *layerFlags) check() error {
	switch {
	case f.DryRun:
	case f.DatabaseURL == "":
		return usagef("give --database-url to write, or --dry-run to only look")
	case len(f.Region) == 0:
		return usagef("give --region: the slug of the region that new systems lie in (or --dry-run to only look)")
	}
	return nil
}

type importOSMCommand struct {
	layerFlags
	Files []string `arg:"" name:"file" help:"Extracts, .osm.pbf or .osm."`
}

func (c *importOSMCommand) Run(ctx context.Context, s streams) error {
	if err := c.check(); err != nil {
		return err
	}
	heights, err := c.heights()
	if err != nil {
		return err
	}
	skipped := false
	var plans []*layer.Plan
	for _, name := range c.Files {
		data, err := readFile(name, func(r io.Reader) (*osm.Data, error) { return osm.Parse(r, osm.Limits{}) })
		if err != nil {
			return err
		}
		p, err := layer.FromOSM(ctx, data, heights)
		if err != nil {
			return usageError{fmt.Errorf("%s: %w", name, err)}
		}
		skipped = skipped || data.BadNodes > 0
		if err := printPlan(s.out, name, p, c.List, append(data.Warnings, p.Notes...)); err != nil {
			return err
		}
		plans = append(plans, p)
	}
	return c.write(ctx, s, plans, skipped)
}

type importGeoJSONCommand struct {
	layerFlags
	lineFlags
	Source      string   `placeholder:"CODE" help:"Code of the source: lower-case letters, digits, hyphens. The same code finds the same trails again."`
	Title       string   `help:"Title of the source."`
	Attribution string   `help:"Attribution to show beside everything of it."`
	Licence     string   `help:"Licence of the data, as an SPDX identifier where there is one."`
	URL         string   `name:"url" help:"Address of the source."`
	NameKey     string   `name:"name-key" default:"name" help:"Property that holds the names of trails."`
	NamedTrails string   `name:"named-trails" type:"existingfile" placeholder:"FILE" help:"Table of named trails beside the segments (OpenTrails: CSV with name and segment_ids); names found there come before --name-key."`
	IDKey       string   `name:"id-key" default:"id" help:"Property that holds the ids of segments, for --named-trails."`
	Files       []string `arg:"" name:"file" help:"GeoJSON files in WGS84."`
}

func (c *importGeoJSONCommand) Run(ctx context.Context, s streams) error {
	layered := c.Source != "" || c.Title != "" || c.Attribution != "" || c.Licence != "" || c.URL != "" || c.NamedTrails != "" || len(c.Region) > 0 || c.List
	if c.Trail != "" {
		if layered {
			return usagef("--trail takes the line of one trail, which is the wiki's own then: it goes with none of --source, --title, --attribution, --licence, --url, --named-trails, --region and --list")
		}
		p := proposeFlags{demFlags: c.demFlags, lineFlags: c.lineFlags, DatabaseURL: c.DatabaseURL, DryRun: c.DryRun, Files: c.Files}
		return p.propose(ctx, s, recording.GeoJSON)
	}
	if err := c.lineFlags.check(); err != nil {
		return err
	}
	if c.Source == "" || c.Title == "" || c.Attribution == "" || c.Licence == "" {
		return usagef("give --source, --title, --attribution and --licence of the network, or --trail, the one trail that the file has the line of")
	}
	if err := c.layerFlags.check(); err != nil {
		return err
	}
	if c.Source == layer.OpenStreetMap.Code {
		return usagef("--source %s is kept for `mtbwiki import osm`", c.Source)
	}
	heights, err := c.heights()
	if err != nil {
		return err
	}
	var names map[string]string
	if c.NamedTrails != "" {
		if names, err = readFile(c.NamedTrails, geojson.ParseNames); err != nil {
			return err
		}
	}
	source := layer.Source{Code: c.Source, Title: c.Title, Attribution: c.Attribution, Licence: c.Licence, URL: c.URL}
	skipped := false
	var plans []*layer.Plan
	for _, name := range c.Files {
		doc, err := readFile(name, func(r io.Reader) (*geojson.Document, error) { return geojson.Parse(r, geojson.Limits{}) })
		if err != nil {
			return err
		}
		for i := range doc.Features {
			if name := names[doc.Features[i].Properties[c.IDKey]]; name != "" {
				doc.Features[i].Properties[c.NameKey] = name
			}
		}
		p, err := layer.FromGeoJSON(ctx, doc, source, c.NameKey, heights)
		if err != nil {
			return usageError{fmt.Errorf("%s: %w", name, err)}
		}
		if len(p.Trails) == 0 && len(p.Features) > 0 {
			p.Skipped[fmt.Sprintf("features, because none has a name in its property %q (--name-key)", c.NameKey)] = len(p.Features)
		}
		if doc.Other > 0 {
			p.Skipped["features that are no lines"] = doc.Other
		}
		if doc.Bad > 0 {
			p.Skipped["features with broken lines"] = doc.Bad
		}
		if err := printPlan(s.out, name, p, c.List, append(doc.Warnings, p.Notes...)); err != nil {
			return err
		}
		plans = append(plans, p)
	}
	return c.write(ctx, s, plans, skipped)
}

func printPlan(w io.Writer, name string, p *layer.Plan, list bool, notes []string) error {
	hidden := 0
	for i := range p.Trails {
		if p.Trails[i].Visibility != layer.Public {
			hidden++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", name)
	fmt.Fprintf(&b, "  systems %d, trails %d (%d of them name only), routes %d, in the layer without a page: %d ways without a name, %d paved and of no difficulty, %d shorter than 50 m\n",
		len(p.Systems), len(p.Trails), hidden, len(p.Routes), p.Unnamed, p.Sealed, p.Short)
	for i := range p.Systems {
		system := &p.Systems[i]
		fmt.Fprintf(&b, "  system  %s: %d trails, %.1f km\n", system.Name, len(system.Trails), system.Length/1000)
		for _, t := range system.Trails {
			if trail := &p.Trails[t]; list {
				fmt.Fprintf(&b, "    trail %s: %s, %.1f km, %s", trail.Name, strings.ToLower(trail.Type), trail.Length/1000, climb(trail.Measures))
				for _, l := range trail.Profile.Labels {
					fmt.Fprintf(&b, ", %s %s", l.System, l.Label)
				}
				if trail.Why != "" {
					fmt.Fprintf(&b, "; name only: %s", trail.Why)
				}
				b.WriteByte('\n')
			}
		}
	}
	for i := range p.Routes {
		route := &p.Routes[i]
		fmt.Fprintf(&b, "  route   %s: %.1f km, %s\n", route.Name, route.Length/1000, climb(route.Measures))
	}
	for _, line := range p.SkippedInOrder() {
		fmt.Fprintf(&b, "  skipped %s\n", line)
	}
	for _, note := range notes {
		fmt.Fprintf(&b, "  note    %s\n", note)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func climb(m layer.Measures) string {
	if m.Climb == nil {
		return "climb unknown"
	}
	return fmt.Sprintf("climb %.0f m, descent %.0f m (%s)", m.Climb.Gain, m.Climb.Loss, m.Climb.Method)
}

// write the plans, unless only a preview was asked for.
func (f *layerFlags) write(ctx context.Context, s streams, plans []*layer.Plan, skipped bool) error {
	for _, p := range plans {
		skipped = skipped || len(p.Skipped) > 0
	}
	if f.DryRun {
		fmt.Fprintln(s.out, "Nothing was written (--dry-run).")
		return said(skipped)
	}
	if err := upToDate(ctx, f.DatabaseURL); err != nil {
		return err
	}
	pool, err := openOwner(ctx, f.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	progress := &progress{w: s.err, started: time.Now()}
	var total layer.Report
	for _, p := range plans {
		r, err := layer.Write(ctx, pool, p, layer.Options{Regions: f.Region, Today: time.Now().UTC(), Progress: progress.say})
		total.Features += r.Features
		total.Refused = append(total.Refused, r.Refused...)
		for _, c := range []struct{ to, from *layer.Counts }{{&total.Systems, &r.Systems}, {&total.Trails, &r.Trails}, {&total.Routes, &r.Routes}} {
			c.to.Made += c.from.Made
			c.to.Found += c.from.Found
		}
		if errors.Is(err, layer.ErrRegion) {
			return usageError{err}
		}
		if err != nil {
			return fmt.Errorf("%w (what was written before stays; the same command goes on behind it)", err)
		}
	}
	for _, line := range total.Refused {
		fmt.Fprintf(s.out, "  refused %s\n", line)
	}
	_, err = fmt.Fprintf(s.out, "Made %d systems, %d trails, %d routes; found %d, %d, %d that were there and left their pages alone; %d elements of the layer new or changed.\n",
		total.Systems.Made, total.Trails.Made, total.Routes.Made, total.Systems.Found, total.Trails.Found, total.Routes.Found, total.Features)
	if err != nil {
		return err
	}
	return said(skipped || len(total.Refused) > 0)
}

// said ends a command that told of things it skipped.
func said(skipped bool) error {
	if skipped {
		return errSaid
	}
	return nil
}

// lineFlags give a trail a line out of files.
type lineFlags struct {
	Trail       string   `placeholder:"SLUG" help:"Give this trail the part along the line that is known of it, or else the longest line: saved at once where --as may do that, otherwise proposed to the moderators."`
	As          string   `placeholder:"RIDER" help:"With --trail: whose line it is, by slug, id or user name; somebody who has written in the wiki. Without it, the rider of imports proposes."`
	Moderator   bool     `help:"With --as: with a moderator's rights, so that it is saved at once. Whoever has the database's password answers for that."`
	LineOnly    bool     `name:"line-only" help:"With --trail: no length, climb and descent."`
	Comment     string   `default:"Along a rider’s recording." help:"With --trail: what the history says of it."`
	AccessPoint []string `name:"access-point" sep:"none" placeholder:"LON,LAT" help:"Trailhead or parking: a recording that begins or ends within 50 m of it is not cut there. May be repeated."`
}

// check tells of flags that mean nothing without others.
func (f *lineFlags) check() error {
	switch {
	case f.Trail == "" && (f.As != "" || f.Moderator || f.LineOnly):
		return usagef("--as, --moderator and --line-only go with --trail")
	case f.Moderator && f.As == "":
		return usagef("--moderator goes with --as: it is somebody's deed")
	}
	return nil
}

type proposeFlags struct {
	demFlags
	lineFlags
	DatabaseURL string   `name:"database-url" help:"PostgreSQL database of --trail." env:"MTBWIKI_DATABASE_URL"`
	DryRun      bool     `name:"dry-run" help:"With --trail, only tell what would become of it."`
	Output      string   `short:"o" placeholder:"FILE" help:"Write the lines there, as GeoJSON; without it, only tell what they would be."`
	Files       []string `arg:"" name:"file" help:"Files to read."`
}

type importGPXCommand struct{ proposeFlags }

func (c *importGPXCommand) Run(ctx context.Context, s streams) error {
	return c.propose(ctx, s, recording.GPX)
}

type importFITCommand struct{ proposeFlags }

func (c *importFITCommand) Run(ctx context.Context, s streams) error {
	return c.propose(ctx, s, recording.FIT)
}

// propose reads recordings and tells what is left of them. A recording stays with
// the rider: only a line out of it goes to a database, and only with --trail.
func (f *proposeFlags) propose(ctx context.Context, s streams, parse func(io.Reader, int64) (*recording.File, error)) error {
	if err := f.check(); err != nil {
		return err
	}
	switch {
	case f.Trail != "" && f.DatabaseURL == "":
		return usagef("--trail needs --database-url, where the trail is")
	case f.Trail == "" && f.DryRun:
		return usagef("--dry-run goes with --trail; without it nothing is written")
	}
	heights, err := f.heights()
	if err != nil {
		return err
	}
	var access []track.Point
	for _, text := range f.AccessPoint {
		lon, lat, ok := strings.Cut(text, ",")
		x, err1 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
		p := track.At2D(x, y)
		if !ok || err1 != nil || err2 != nil || !p.Valid() {
			return usagef("--access-point %q: longitude,latitude in degrees is expected", text)
		}
		access = append(access, p)
	}
	files := make([]*recording.File, len(f.Files))
	// One recording can pass where another began.
	var private []track.Point
	for i, name := range f.Files {
		files[i], err = readFile(name, func(r io.Reader) (*recording.File, error) { return parse(r, 0) })
		if err != nil {
			return err
		}
		for _, segments := range files[i].Recordings {
			private = append(private, recording.PrivateEnds(segments, access)...)
		}
	}
	skipped := false
	var b strings.Builder
	collection := []byte(`{"type":"FeatureCollection","features":[`)
	features := 0
	var lines []track.Line
	for i, file := range files {
		fmt.Fprintf(&b, "%s\n", f.Files[i])
		for i, segments := range file.Recordings {
			p, err := recording.Propose(segments, private, heights)
			if err != nil {
				skipped = true
				fmt.Fprintf(&b, "  skipped recording %d: %v\n", i+1, err)
				continue
			}
			fmt.Fprintf(&b, "  recording %d: %.1f km in %d lines, %s; %.0f m cut out around its ends\n", i+1, p.Length/1000, len(p.Lines), climb(p.Measures), p.Removed)
			some, _, err := recording.Trim(segments, private)
			if err != nil {
				return err
			}
			lines = append(lines, some...)
			for _, l := range p.Lines {
				if features++; features > 1 {
					collection = append(collection, ',')
				}
				collection = append(collection, `{"type":"Feature","properties":{},"geometry":`...)
				collection = append(track.AppendGeoJSON(collection, l), '}')
			}
		}
		if len(file.Recordings) == 0 {
			skipped = true
			fmt.Fprintln(&b, "  skipped: there is no recording in it")
		}
		for _, w := range file.Warnings {
			skipped = true
			fmt.Fprintf(&b, "  note    %s\n", w)
		}
	}
	if f.Output != "" && features > 0 {
		err := writeNew(f.Output, func(file *os.File) error {
			_, err := file.Write(append(collection, "]}\n"...))
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "Wrote %d lines to %s.\n", features, f.Output)
	}
	var refused error
	if f.Trail != "" && len(lines) > 0 {
		var taken bool
		taken, refused = f.give(ctx, &b, lines, heights)
		skipped = skipped || !taken
	} else if f.Output == "" || features == 0 {
		b.WriteString("Nothing was written")
		if f.Trail == "" && features > 0 {
			b.WriteString("; --trail with --database-url gives it to a trail as its line, or proposes it")
		}
		b.WriteString(".\n")
	}
	if _, err := io.WriteString(s.out, b.String()); err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	return said(skipped)
}

// give a trail its line, and tell of it. taken is false when it was skipped.
func (f *proposeFlags) give(ctx context.Context, b *strings.Builder, lines []track.Line, heights layer.Heights) (taken bool, err error) {
	if err := upToDate(ctx, f.DatabaseURL); err != nil {
		return false, err
	}
	pool, err := openOwner(ctx, f.DatabaseURL)
	if err != nil {
		return false, err
	}
	defer pool.Close()
	by := database.Importer()
	if f.As != "" {
		if by, err = importer.FindRider(ctx, pool, f.As); err != nil {
			if errors.Is(err, importer.ErrNoRider) {
				err = usageError{fmt.Errorf("--as: %w", err)}
			}
			return false, err
		}
		if f.Moderator {
			by.Groups = []string{"moderators"}
		}
	}
	r, err := importer.GiveLine(ctx, pool, importer.LineRequest{
		By: by, Trail: f.Trail, Lines: lines, Heights: heights, LineOnly: f.LineOnly, Comment: f.Comment, DryRun: f.DryRun, Now: time.Now(),
	})
	var refusal *database.Refusal
	switch {
	case errors.Is(err, recording.ErrTooShort), errors.Is(err, importer.ErrElsewhere):
		fmt.Fprintf(b, "  skipped: %v\nNothing was written.\n", err)
		return false, nil
	case errors.As(err, &refusal) && refusal.Type != "Busy" && refusal.Type != "InternalError":
		b.WriteString("Nothing was written.\n")
		return false, usageError{err}
	case err != nil:
		return false, err
	}
	if r.Outcome == importer.LineKnown {
		if r.Proposal != "" {
			fmt.Fprintf(b, "%s: nothing new. This recording was proposed before: /proposals/%s\n", r.Trail.Name, r.Proposal)
		} else {
			fmt.Fprintf(b, "%s: nothing new. Its line is of this recording already: /trails/%s\n", r.Trail.Name, f.Trail)
		}
		return true, nil
	}
	what := "the longest line"
	if r.Along {
		what = "the part along the line it has"
	}
	fmt.Fprintf(b, "%s: %s, %.2f km in %d points, %s\n", r.Trail.Name, what, r.Length/1000, len(r.Line), climb(r.Measures))
	if r.Why != "" {
		fmt.Fprintf(b, "Not saved at once: %s\n", r.Why)
	}
	switch {
	case f.DryRun && r.Outcome == importer.LineSaved:
		b.WriteString("It would be saved as the trail's line. Nothing was written (--dry-run).\n")
	case f.DryRun:
		b.WriteString("It would be proposed, for moderators to decide. Nothing was written (--dry-run).\n")
	case r.Outcome == importer.LineSaved:
		fmt.Fprintf(b, "Saved as its line, in version %d: /trails/%s\n", r.Version, f.Trail)
	default:
		fmt.Fprintf(b, "Proposed; moderators decide about it: /proposals/%s\n", r.Proposal)
	}
	return true, nil
}

// writeNew makes a file that must not be there yet, and removes it again when it
// can't be written whole.
func writeNew(name string, write func(*os.File) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usagef("--output %s is there already; it is left alone", name)
	}
	if err != nil {
		return usageError{err}
	}
	if err = errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
