//go:build !linux

package bench

import (
	"errors"
	"time"
)

var errNoProc = errors.New("processor time and memory of processes are read from /proc, which only Linux has")

func cpuOf(int) (time.Duration, error)       { return 0, errNoProc }
func cpuOfFamily(int) (time.Duration, error) { return 0, errNoProc }
func postmaster(int) (int, error)            { return 0, errNoProc }
func residentOf(int) (int64, error)          { return 0, errNoProc }
func describeMachine(*Machine)               {}
