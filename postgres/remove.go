package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// RemoveDataDir calls remove, which deletes the data directory dir, while no
// other process can use it. It refuses with an [*InUseError] when one does. A
// directory that doesn't exist is in nobody's use.
func RemoveDataDir(dir string, remove func() error) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return remove()
	} else if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(remove(), lock.release())
}
