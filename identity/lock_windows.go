package identity

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION, which package syscall does
// not name.
const errorSharingViolation = syscall.Errno(32)

// lockFile opens path so that nobody else can open it until it is closed, which
// the system does even when the holder is killed.
func lockFile(path string, wait time.Duration) (release func(), err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(wait)
	for {
		h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
			syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if err == nil {
			return func() { _ = syscall.CloseHandle(h) }, nil
		}
		if !errors.Is(err, errorSharingViolation) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%s has been locked by another process for %v; see which one holds it", path, wait)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// syncDir does nothing: directories cannot be synced on Windows, where the file
// system journals renames.
func syncDir(string) error { return nil }
