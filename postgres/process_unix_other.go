//go:build unix && !linux

package postgres

import "syscall"

// dieWithParent does nothing: only Linux can. The next Start stops a server that
// was left behind.
func dieWithParent(*syscall.SysProcAttr) {}
