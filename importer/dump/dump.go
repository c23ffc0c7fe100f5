// Package dump writes everything that everybody may read of the wiki into a folder of
// files, and restores a wiki from one.
//
// A dump holds the published pages with their history, in the schema's own words: a file
// of NDJSON a kind of entity, the revisions, the vocabularies, the trails' own lines as
// GeoJSON, and each layer of open data in a folder of its own under its own licence.
// manifest.json names each file with its licence, number of records and SHA-256;
// schema.graphql says what the fields are.
//
// It holds what a visitor without an account may see and nothing else: no hidden, archived
// or draft page, of a page that shows its name only no place and no history, no reference
// to what isn't in it, no proposals, no settings, and of riders the name that they chose
// and that their contributions carry. It is no backup.
//
// The same wiki gives the same bytes. Restored into an empty wiki, it gives the same
// dump again; hashes of revisions are made anew, because what proves a content that was
// taken out isn't public.
package dump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
)

// Format is the version of the files' form. A reader refuses a newer one.
const Format = 1

// ErrDump is wrapped by what is wrong with a dump.
var ErrDump = errors.New("dump")

func badf(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDump}, args...)...)
}

// lastMigration answers the number of the last migration applied; 0 for none.
const lastMigration = "SELECT coalesce(max(version_id), 0) FROM migration.version WHERE is_applied"

// Licence of the wiki's own pages.
const Licence = "CC-BY-SA-4.0"

// Names of files beside those of the kinds and layers.
const (
	manifestFile   = "manifest.json"
	schemaFile     = "schema.graphql"
	readmeFile     = "README.txt"
	vocabularyFile = "vocabulary.ndjson"
	riderFile      = "rider.ndjson"
	revisionFile   = "revision.ndjson"
	lineFile       = "trail-line.geojson"
	layerFolder    = "layers/"
)

// maxRecord is the most bytes of one record: a line of 20,000 points has a few hundred
// kilobytes.
const maxRecord = 16 << 20

// Manifest tells what a dump holds.
type Manifest struct {
	Format int `json:"format"`
	// Migration of the database that it was written from.
	Migration int64 `json:"migration"`
	// Changed is when the youngest page in it was changed, RFC 3339 in UTC; "" without any.
	Changed string `json:"changed"`
	Files   []File `json:"files"`
}

// File of a dump.
type File struct {
	Name    string `json:"name"`
	Licence string `json:"licence,omitempty"`
	// Attribution to be shown with what is made of it.
	Attribution string `json:"attribution,omitempty"`
	Records     int64  `json:"records"`
	SHA256      string `json:"sha256"`
}

// kindFile is the file of a kind of entity.
func kindFile(kind entity.EntityKind) string {
	return strings.ReplaceAll(strings.ToLower(string(kind)), "_", "-") + ".ndjson"
}

const readme = `MTB Wiki, a dump

Everything that everybody may read: pages with their history, vocabularies, the lines of
trails, and layers of open data. manifest.json names each file with its licence, its number of
records and its SHA-256.

Pages are under CC BY-SA 4.0: name MTB Wiki and, where you show a page's history, the riders
who wrote it (rider.ndjson). A fact whose basis names another licence (facts.facts[].licence)
is under that one. Each folder below layers is a layer of open data under its own licence and
with its own attribution, which stand in the manifest; what you make of it keeps both.

<kind>.ndjson       a page a line: "facts" without language, "texts" by language, in the fields'
                    names and types of schema.graphql (type Create...Input says which are
                    which); "slugs", of which those that aren't current lead on; "votes" for and
                    against, and nobody's name with them. A page with the
                    visibility NAME_ONLY lacks what tells where it is, and its history.
revision.ndjson     versions of pages: "content" is what a chain (facts, or the texts of "lang") said
                    from then on; "redacted" ones were taken out.
vocabulary.ndjson   words with their codes.
trail-line.geojson  lines of trails that riders gave, WGS84, a feature a line.

Absent is unknown. Restore it into an empty wiki: mtbwiki import dump FOLDER
`
