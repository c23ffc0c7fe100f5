package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/importer/geojson"
)

// A layer that was imported goes out with licence and attribution: all of it or a
// place's, and what isn't public only when asked for.
func TestExportLayer(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := write(t, dir, "in.osm", strings.Replace(smallExtract, "%s", `<node id="4" lat="47.103" lon="11.1012345"/>
<way id="2"><nd ref="3"/><nd ref="4"/><tag k="highway" v="path"/><tag k="name" v="Private Line"/><tag k="mtb:scale" v="1"/><tag k="access" v="private"/></way>
<way id="3"><nd ref="1"/><nd ref="4"/><tag k="highway" v="path"/><tag k="mtb:scale" v="0"/></way>`, 1))
	if code, out := call(t, "import", "osm", "--database-url", db.OwnerURL, "--region", "alps", file); code != 0 {
		t.Fatal(out)
	}
	var system string
	if err := db.Owner.QueryRow(t.Context(), "SELECT slug FROM wiki.slug WHERE kind = 'SYSTEM'").Scan(&system); err != nil {
		t.Fatal(err)
	}
	taken := write(t, dir, "taken.geojson", "mine")
	for i, c := range []struct {
		args  string
		code  int
		says  string
		names string // of the features
	}{
		{"", 0, "Wrote 1 features", "Invented Line"},
		{"--all", 0, "Wrote 2 features", "Invented Line, Private Line"},
		{"--elements", 0, "Wrote 2 features", "Invented Line, "},
		{"--elements --all", 0, "Wrote 3 features", "Invented Line, Private Line, "},
		{"--system " + system, 0, "Wrote 1 features", "Invented Line"},
		{"--region alps --elements", 0, "Wrote 1 features", "Invented Line"},
		{"--region tasmania", 0, "Wrote 0 features", ""},
		{"--region atlantis", 2, "no such place: a region with the slug \"atlantis\"", ""},
		{"--source nowhere", 2, "there are: openstreetmap", ""},
		{"--region alps --system " + system, 2, "can't be used together", ""},
		{"--format kml", 2, "--format", ""},
		{"--output " + taken, 2, "left alone", ""},
	} {
		output := filepath.Join(dir, string(rune('a'+i))+".geojson")
		args := strings.Fields("export layer --database-url " + db.OwnerURL + " --output " + output + " " + c.args)
		code, out := call(t, args...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.says, out)
		}
		text, err := os.ReadFile(output)
		if c.code != 0 {
			if err == nil {
				t.Errorf("%s: it failed and left a file", c.args)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		doc, err := geojson.Parse(strings.NewReader(string(text)), geojson.Limits{})
		if err != nil || len(doc.Warnings) > 0 {
			t.Fatalf("%s: %v %v\n%s", c.args, err, doc, text)
		}
		var names []string
		for _, f := range doc.Features {
			names = append(names, f.Properties["name"])
			if f.Properties["name"] == "Invented Line" && (len(f.Lines) != 1 || len(f.Lines[0]) != 3 || f.Lines[0][1].Lat != 47.101) {
				t.Errorf("%s: its line came back as %v", c.args, f.Lines)
			}
		}
		if got := strings.Join(names, ", "); got != c.names {
			t.Errorf("%s: features %q, want %q", c.args, got, c.names)
		}
		for _, says := range []string{`"licence":"ODbL-1.0"`, "© OpenStreetMap contributors", "opendatacommons.org"} {
			if !strings.Contains(string(text), says) {
				t.Errorf("%s lacks %q: %s", c.args, says, text)
			}
		}
		if strings.Contains(string(text), "11.1012345") != strings.Contains(c.args, "--all") && c.args != "--elements" {
			t.Errorf("%s: what is private must go out with --all only: %s", c.args, text)
		}
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "mine" {
		t.Errorf("a file that was there became %q: %v", text, err)
	}
}

// A dump of a wiki makes another one of the same pages; neither a folder nor a wiki that
// holds something is written over.
func TestDump(t *testing.T) {
	t.Parallel()
	db, other := databasetest.New(t), databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, c, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dump")
	for _, step := range []struct {
		args string
		code int
		says string
	}{
		{"export dump --database-url " + db.OwnerURL + " --output " + dir, 0, "system.ndjson  CC-BY-SA-4.0"},
		{"export dump --database-url " + db.OwnerURL + " --output " + dir, 2, "left alone"},
		{"import dump --database-url " + other.OwnerURL + " " + dir + "s", 2, "no such file or directory"},
		{"import dump --database-url " + other.OwnerURL + " " + t.TempDir(), 2, "there is no manifest.json"},
		{"import dump --database-url " + other.OwnerURL + " " + dir, 0, "Restored "},
		{"import dump --database-url " + other.OwnerURL + " " + dir, 2, "the wiki has pages already"},
	} {
		if code, out := call(t, strings.Fields(step.args)...); code != step.code || !strings.Contains(out, step.says) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", step.args, code, step.code, step.says, out)
		}
	}
	var was, is int
	const trails = "SELECT count(*) FROM wiki.entity WHERE kind = 'TRAIL' AND visibility <> 'HIDDEN'"
	if err := errors.Join(db.Owner.QueryRow(t.Context(), trails).Scan(&was), other.Owner.QueryRow(t.Context(), trails).Scan(&is)); err != nil || was != is || was == 0 {
		t.Errorf("%d trails went and %d came: %v", was, is, err)
	}
}
