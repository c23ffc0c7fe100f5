package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric"
)

// What lies below the maps is refused before anything is started.
func TestMapFlagsAreChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tile := filepath.Join(dir, "N42E001.hgt")
	if err := os.WriteFile(tile, make([]byte, 10), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--tiles-address", "https://t.example/{z}.png", "--tiles-attribution", "T"}, "it must be like https://tiles.example/{z}/{x}/{y}.png"},
		{[]string{"--tiles-address", "https://t.example/{z}/{x}/{y}.png"}, "a tile server is named"},
		{[]string{"--tiles-attribution", "T"}, "--tiles-attribution needs --tiles-address"},
		{[]string{"--dem", tile}, "10 bytes; a tile has"},
		{[]string{"--dem", filepath.Join(dir, "none.hgt")}, "none.hgt"},
	} {
		code, out := call(t, append([]string{"up", "--data-dir", data}, c.args...)...)
		if code != exitUsage || !strings.Contains(out, c.want) {
			t.Errorf("up %v: code %d, %q, want %d and %q", c.args, code, out, exitUsage, c.want)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("a refused start left a data directory (%v)", err)
	}
	var cfg fabric.Config
	m := mapFlags{TilesAddress: "http://localhost:9/{z}/{x}/{y}.png", TilesAttribution: "T", TilesMaxZoom: 12}
	if err := m.ground(&cfg); err != nil || cfg.Tiles.MaxZoom != 12 || cfg.Heights != nil {
		t.Errorf("%+v, %v", cfg.Tiles, err)
	}
}
