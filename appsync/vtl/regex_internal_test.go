package vtl

import (
	"errors"
	"testing"
)

// A match that the engine's lagging clock ended at once is made again; one that
// never succeeds, and one that fails for another reason, end.
func TestMatchesAreNotEndedByALaggingClock(t *testing.T) {
	t.Parallel()
	late := errors.New("match timeout after 1s on input `x`")
	for _, test := range []struct {
		name         string
		fails, calls int
		err, want    error
	}{
		{"at once", 0, 1, nil, nil},
		{"the clock leapt twice", 2, 3, late, nil},
		{"late for ever", 100, 5, late, late},
		{"another error", 100, 1, errors.New("broken"), errors.New("broken")},
	} {
		calls := 0
		ok, err := inTime(func() (bool, error) {
			calls++
			if calls <= test.fails {
				return false, test.err
			}
			return true, nil
		})
		if calls != test.calls || ok != (test.want == nil) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %d calls, %t, %v", test.name, calls, ok, err)
		}
	}
}
