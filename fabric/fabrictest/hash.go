package fabrictest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/mtbwiki/mtbwiki/content"
)

// contentHash identifies the shipped content, so that a changed file makes a new template.
func contentHash() string {
	h := sha256.New()
	err := fs.WalkDir(content.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(content.FS, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		panic(err) // the files are built in
	}
	return hex.EncodeToString(h.Sum(nil))
}
