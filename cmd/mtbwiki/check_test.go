package main

import "testing"

// The texts are those that go test printed.
func TestFuzzingEndedByItsClock(t *testing.T) {
	for _, c := range []struct {
		name, out string
		want      bool
	}{
		{"the clock alone", "fuzz: elapsed: 10s, execs: 128147 (10578/sec), new interesting: 11 (total: 1229)\n--- FAIL: FuzzRegex (10.39s)\n    context deadline exceeded\nFAIL\nexit status 1\n", true},
		{"an input that fails", "--- FAIL: FuzzRegex (0.03s)\n    --- FAIL: FuzzRegex (0.00s)\n        regex_test.go:10: context deadline exceeded\n    \n    Failing input written to testdata/fuzz/FuzzRegex/582528ddfad69eb5\n    To re-run:\n    go test -run=FuzzRegex/582528ddfad69eb5\nFAIL\n", false},
		{"an input that hangs", "--- FAIL: FuzzRegex (12.02s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\n    Failing input written to testdata/fuzz/FuzzRegex/582528ddfad69eb5\nFAIL\n", false},
		{"a seed that fails", "--- FAIL: FuzzRegex (0.01s)\n    regex_test.go:9: context deadline exceeded\nFAIL\n", false},
		{"nothing", "PASS\n", false},
	} {
		if got := endedByClock([]byte(c.out)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
