package difficulty

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Units are those that a rider wants to read. What is stored is metric.
type Units string

// The two choices.
const (
	Metric   Units = "metric"
	Imperial Units = "imperial"
)

// Exact by definition (international yard and pound agreement of 1959).
const (
	MetresPerFoot = 0.3048
	MetresPerMile = 1609.344
)

// ParseUnits reads "metric" or "imperial".
func ParseUnits(s string) (Units, error) {
	switch u := Units(s); u {
	case Metric, Imperial:
		return u, nil
	}
	return "", fmt.Errorf("difficulty: units are %.40q; they must be metric or imperial", s)
}

// unknownText stands for NaN and infinities: a page never shows them as numbers.
const unknownText = "unknown"

// Height formats metres as "1,240 m" or "4,068 ft".
func (u Units) Height(metres float64) string {
	if math.IsNaN(metres) || math.IsInf(metres, 0) {
		return unknownText
	}
	if u == Imperial {
		return groupThousands(metres/MetresPerFoot) + " ft"
	}
	return groupThousands(metres) + " m"
}

// Distance formats metres as "850 m", "12.4 km", "128 km" or "400 ft", "7.7 mi",
// "80 mi": three figures are as many as lines on a map deserve.
func (u Units) Distance(metres float64) string {
	if math.IsNaN(metres) || math.IsInf(metres, 0) {
		return unknownText
	}
	small, smallUnit, large, largeUnit := metres, " m", metres/1000, " km"
	limit := 995.0 // what would round to 1,000 m is 1 km
	if u == Imperial {
		small, smallUnit, large, largeUnit = metres/MetresPerFoot, " ft", metres/MetresPerMile, " mi"
		limit = 525 // to a tenth of a mile, in feet
	}
	switch {
	case math.Abs(small) < 10:
		return groupThousands(small) + smallUnit
	case math.Abs(small) < limit:
		return groupThousands(roundTo(small, 10)) + smallUnit
	case math.Abs(large) < 99.95:
		return trimNumber(large, 1) + largeUnit
	default:
		return groupThousands(large) + largeUnit
	}
}

// DistanceRange formats two lengths in metres as one: "15–30 km". Equal texts
// become one.
func (u Units) DistanceRange(low, high float64) string {
	return joinRange(u.Distance(low), u.Distance(high))
}

// HeightRange does so for heights: "200–450 m".
func (u Units) HeightRange(low, high float64) string {
	return joinRange(u.Height(low), u.Height(high))
}

// joinRange leaves the unit out once when both have the same.
func joinRange(low, high string) string {
	if low == high {
		return low
	}
	a, unitA, _ := strings.Cut(low, " ")
	_, unitB, _ := strings.Cut(high, " ")
	if unitA == unitB && unitA != "" {
		return a + "–" + high
	}
	return low + "–" + high
}

func roundTo(v, step float64) float64 { return math.Round(v/step) * step }

// trimNumber rounds to at most so many decimals and drops trailing zeros.
func trimNumber(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// groupThousands rounds to a whole number with English separators.
func groupThousands(v float64) string {
	s := trimNumber(v, 0)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
