package dump

import (
	"encoding/json"
	"testing"
	"testing/fstest"
)

// Seal sets the sums of a dump's manifest right for what its files are.
func Seal(t *testing.T, files fstest.MapFS) {
	t.Helper()
	var m Manifest
	if err := json.Unmarshal(files[manifestFile].Data, &m); err != nil {
		t.Fatal(err)
	}
	for i, f := range m.Files {
		sum, err := sumOf(files, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		m.Files[i].SHA256 = sum
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files[manifestFile] = &fstest.MapFile{Data: text}
}
