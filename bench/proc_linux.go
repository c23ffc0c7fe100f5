package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks a second of the times in /proc, which is 100 on every architecture that
// Go runs on.
const ticks = 100

// stat reads the parent and the processor time of a process: its own, and that of
// the children it has waited for.
func stat(pid int) (parent int, name string, own, waited time.Duration, err error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, "", 0, 0, err
	}
	// The name stands in parentheses and may hold any character.
	open, shut := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || shut < open {
		return 0, "", 0, 0, fmt.Errorf("/proc/%d/stat has no name", pid)
	}
	fields := strings.Fields(string(text[shut+1:]))
	if len(fields) < 15 {
		return 0, "", 0, 0, fmt.Errorf("/proc/%d/stat has %d fields after the name", pid, len(fields))
	}
	var n [5]int64
	for i, at := range []int{1, 11, 12, 13, 14} {
		if n[i], err = strconv.ParseInt(fields[at], 10, 64); err != nil {
			return 0, "", 0, 0, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
	}
	const tick = time.Second / ticks
	return int(n[0]), string(text[open+1 : shut]), time.Duration(n[1]+n[2]) * tick, time.Duration(n[3]+n[4]) * tick, nil
}

// cpuOf gives the processor time of a process so far.
func cpuOf(pid int) (time.Duration, error) {
	_, _, own, _, err := stat(pid)
	return own, err
}

// cpuOfFamily gives the processor time of a process and of all its children, those
// that have ended included: a PostgreSQL server's.
func cpuOfFamily(pid int) (time.Duration, error) {
	_, _, own, waited, err := stat(pid)
	if err != nil {
		return 0, err
	}
	total := own + waited
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		parent, _, own, _, err := stat(child)
		if err == nil && parent == pid { // one that has ended meanwhile is in waited soon
			total += own
		}
	}
	return total, nil
}

// postmaster finds the server of a backend on this machine.
func postmaster(backend int) (int, error) {
	parent, name, _, _, err := stat(backend)
	if err != nil {
		return 0, errors.New("the database server doesn't run on this machine")
	}
	if !strings.HasPrefix(name, "postgres") {
		return 0, fmt.Errorf("process %d is %q and no backend of the database server: it runs elsewhere", backend, name)
	}
	return parent, nil
}

// residentOf gives the resident memory of a process, in bytes.
func residentOf(pid int) (int64, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}

// describeMachine fills in what Linux says of the machine.
func describeMachine(m *Machine) {
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &m.MemoryMB); err == nil {
			m.MemoryMB >>= 10
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.Kernel = "Linux " + strings.TrimSpace(string(text))
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.LoadAtStart, _, _ = strings.Cut(string(text), " ")
	}
}
