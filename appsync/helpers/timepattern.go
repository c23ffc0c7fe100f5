package helpers

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones by name, wherever the program runs
)

// pattern is a pattern of java.time.format.DateTimeFormatter, in English.
type pattern []patternItem

type patternItem struct {
	letter  byte // 0: literal text
	count   int
	literal string
}

// maxPattern bounds a pattern's length in bytes.
const maxPattern = 256

// supported are the letters that are understood; for each letter the largest
// count.
var supported = map[byte]int{
	'y': 9, 'u': 9, 'M': 4, 'L': 4, 'd': 2, 'D': 3, 'E': 4, 'e': 1, 'a': 1, 'H': 2, 'h': 2, 'K': 2, 'k': 2,
	'm': 2, 's': 2, 'S': 9, 'A': 9, 'n': 9, 'N': 19, 'X': 5, 'x': 5, 'Z': 5, 'V': 2, 'z': 4, 'O': 4, 'G': 3, 'Q': 2, 'q': 2,
}

func parsePattern(s string) (pattern, error) {
	if len(s) > maxPattern {
		return nil, fmt.Errorf("the date pattern has %d bytes; at most %d are allowed", len(s), maxPattern)
	}
	var p pattern
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\'':
			end := i + 1
			var lit strings.Builder
			for {
				j := strings.IndexByte(s[end:], '\'')
				if j < 0 {
					return nil, fmt.Errorf("the date pattern %q has an open quote", s)
				}
				lit.WriteString(s[end : end+j])
				end += j + 1
				if end >= len(s) || s[end] != '\'' || end-1 == i+1 && j == 0 {
					break
				}
				lit.WriteByte('\'')
				end++
			}
			text := lit.String()
			if end == i+2 { // two quotes are one
				text = "'"
			}
			p = append(p, patternItem{literal: text})
			i = end
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := 1
			for i+n < len(s) && s[i+n] == c {
				n++
			}
			most, ok := supported[c]
			if !ok {
				return nil, fmt.Errorf("the date pattern %q has the letter %c, which is not supported", s, c)
			}
			if n > most {
				return nil, fmt.Errorf("the date pattern %q has too many %c", s, c)
			}
			p = append(p, patternItem{letter: c, count: n})
			i += n
		case strings.IndexByte("[]{}#", c) >= 0:
			return nil, fmt.Errorf("the date pattern %q has the character %c, which is not supported", s, c)
		default:
			n := 1
			for i+n < len(s) && s[i+n]&0xC0 == 0x80 {
				n++
			}
			p = append(p, patternItem{literal: s[i : i+n]})
			i += n
		}
	}
	return p, nil
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for len(s) < width {
		s = "0" + s
	}
	if neg {
		s = "-" + s
	}
	return s
}

func clockHour(h int) int {
	if h %= 12; h == 0 {
		return 12
	}
	return h
}

func (p pattern) format(t time.Time) string {
	var b strings.Builder
	for _, it := range p {
		n := it.count
		switch it.letter {
		case 0:
			b.WriteString(it.literal)
		case 'y', 'u':
			y := t.Year()
			if it.letter == 'y' && y <= 0 {
				y = 1 - y
			}
			switch {
			case n == 2:
				b.WriteString(pad(((y%100)+100)%100, 2))
			case n > 3 && y > pow10(n)-1:
				b.WriteString("+" + strconv.Itoa(y))
			default:
				b.WriteString(pad(y, n))
			}
		case 'M', 'L':
			switch n {
			case 3:
				b.WriteString(t.Month().String()[:3])
			case 4:
				b.WriteString(t.Month().String())
			default:
				b.WriteString(pad(int(t.Month()), n))
			}
		case 'd':
			b.WriteString(pad(t.Day(), n))
		case 'D':
			b.WriteString(pad(t.YearDay(), n))
		case 'E':
			if n < 4 {
				b.WriteString(t.Weekday().String()[:3])
			} else {
				b.WriteString(t.Weekday().String())
			}
		case 'e':
			b.WriteString(pad(int(t.Weekday())+1, n))
		case 'a':
			b.WriteString(t.Format("PM"))
		case 'H':
			b.WriteString(pad(t.Hour(), n))
		case 'k':
			b.WriteString(pad((t.Hour()+23)%24+1, n))
		case 'K':
			b.WriteString(pad(t.Hour()%12, n))
		case 'h':
			b.WriteString(pad(clockHour(t.Hour()), n))
		case 'm':
			b.WriteString(pad(t.Minute(), n))
		case 's':
			b.WriteString(pad(t.Second(), n))
		case 'S':
			b.WriteString(pad(t.Nanosecond(), 9)[:n])
		case 'n':
			b.WriteString(pad(t.Nanosecond(), n))
		case 'A':
			b.WriteString(pad(int(sinceMidnight(t)/time.Millisecond), n))
		case 'N':
			b.WriteString(pad(int(sinceMidnight(t)), n))
		case 'Q', 'q':
			b.WriteString(pad((int(t.Month())+2)/3, n))
		case 'G':
			if t.Year() > 0 {
				b.WriteString("AD")
			} else {
				b.WriteString("BC")
			}
		case 'V':
			b.WriteString(zoneName(t))
		case 'z':
			b.WriteString(zoneShort(t))
		case 'X', 'x', 'Z', 'O':
			_, seconds := t.Zone()
			b.WriteString(offsetText(it.letter, n, seconds))
		}
	}
	return b.String()
}

func pow10(n int) int {
	v := 1
	for range n {
		v *= 10
	}
	return v
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

func zoneName(t time.Time) string {
	if t.Location() == time.UTC {
		return "Z"
	}
	return t.Location().String()
}

func zoneShort(t time.Time) string {
	if t.Location() == time.UTC {
		return "Z"
	}
	name, _ := t.Zone()
	return name
}

// offsetText writes an offset as the letters X, x, Z and O do.
func offsetText(letter byte, n, seconds int) string {
	if letter == 'X' && seconds == 0 || letter == 'Z' && n == 5 && seconds == 0 {
		return "Z"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	hh, mm, ss := pad(h, 2), pad(m, 2), pad(s, 2)
	if letter == 'O' || letter == 'Z' && n == 4 {
		if seconds == 0 {
			return "GMT"
		}
		if s != 0 {
			mm += ":" + ss
		}
		if n == 4 {
			return "GMT" + sign + hh + ":" + mm
		}
		if m == 0 && s == 0 {
			return "GMT" + sign + strconv.Itoa(h)
		}
		return "GMT" + sign + strconv.Itoa(h) + ":" + mm
	}
	if letter == 'Z' && n < 4 {
		n = 2
	}
	switch n {
	case 1:
		if m == 0 {
			return sign + hh
		}
		return sign + hh + mm
	case 2:
		return sign + hh + mm
	case 3:
		return sign + hh + ":" + mm
	case 4:
		if s == 0 {
			return sign + hh + mm
		}
		return sign + hh + mm + ss
	default:
		if s == 0 {
			return sign + hh + ":" + mm
		}
		return sign + hh + ":" + mm + ":" + ss
	}
}

// zoneOf finds a zone by offset (+08:00, -07:00:30, Z) or by name.
func zoneOf(name string) (*time.Location, error) {
	switch name {
	case "Z":
		return time.UTC, nil
	case "UTC", "GMT", "UT":
		return time.FixedZone(name, 0), nil
	}
	text, prefix := name, ""
	for _, p := range []string{"UTC", "GMT", "UT"} {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" && (rest[0] == '+' || rest[0] == '-') {
			text, prefix = rest, p
			break
		}
	}
	if text != "" && (text[0] == '+' || text[0] == '-') {
		seconds, rest, ok := readOffset(text)
		if !ok || rest != "" {
			return nil, fmt.Errorf("%q is no offset such as +08:00", clip(name, 40))
		}
		switch {
		case seconds == 0 && prefix == "":
			return time.UTC, nil
		case seconds == 0:
			return time.FixedZone(prefix, 0), nil
		}
		return time.FixedZone(prefix+offsetText('x', 5, seconds), seconds), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone", clip(name, 40))
	}
	return zone, nil
}

// readOffset reads +h, +hh, +hhmm, +hh:mm, +hhmmss or +hh:mm:ss.
func readOffset(s string) (seconds int, rest string, ok bool) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0, s, false
	}
	neg := s[0] == '-'
	two := func(t string) (int, bool) {
		if len(t) < 2 || !digit(t[0]) || !digit(t[1]) {
			return 0, false
		}
		return int(t[0]-'0')*10 + int(t[1]-'0'), true
	}
	rest = s[1:]
	h, good := two(rest)
	if !good {
		if len(rest) > 0 && digit(rest[0]) {
			h, rest = int(rest[0]-'0'), rest[1:]
		} else {
			return 0, s, false
		}
	} else {
		rest = rest[2:]
	}
	parts := [2]int{}
	for i := range parts {
		t := strings.TrimPrefix(rest, ":")
		n, good := two(t)
		if !good {
			break
		}
		parts[i], rest = n, t[2:]
	}
	seconds = h*3600 + parts[0]*60 + parts[1]
	if parts[0] > 59 || parts[1] > 59 || seconds > 18*3600 {
		return 0, s, false
	}
	if neg {
		seconds = -seconds
	}
	return seconds, rest, true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// parse reads a date and time. Without a zone in the text zone is taken, and if
// that is nil the text is refused.
func (p pattern) parse(text string, zone *time.Location) (time.Time, error) {
	var f parsed
	f.month, f.day = 1, 1
	f.zone = zone
	rest := text
	for i, it := range p {
		var ok bool
		adjacent := i+1 < len(p) && p[i+1].letter != 0 && numeric(p[i+1])
		if rest, ok = f.read(it, rest, adjacent); !ok {
			return time.Time{}, fmt.Errorf("text %q could not be parsed at index %d", clip(text, 60), len(text)-len(rest))
		}
	}
	if rest != "" {
		return time.Time{}, fmt.Errorf("text %q could not be parsed: unparsed text at index %d", clip(text, 60), len(text)-len(rest))
	}
	if f.zone == nil {
		return time.Time{}, fmt.Errorf("text %q has no time zone, and none was given", clip(text, 60))
	}
	if !f.hasYear {
		return time.Time{}, fmt.Errorf("text %q has no date with a year", clip(text, 60))
	}
	if !f.hasTime {
		return time.Time{}, fmt.Errorf("text %q has no time of day", clip(text, 60))
	}
	hour := f.hour
	if f.has12 {
		hour = f.hour12%12 + 12*f.half
	}
	bad := fmt.Errorf("text %q is no date and time that exists", clip(text, 60))
	if f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31 || f.yearDay > 366 || hour > 24 || f.minute > 59 || f.second > 59 ||
		hour == 24 && f.minute+f.second+f.nano > 0 {
		return time.Time{}, bad
	}
	// Java's resolver is "smart": a day past the month's end is the last one, and
	// 24:00 is midnight of the next day.
	f.day = min(f.day, daysIn(f.year, f.month))
	if f.yearDay > 0 {
		f.month, f.day = 1, f.yearDay
	}
	t := inZone(f.year, f.month, f.day, hour, f.minute, f.second, f.nano, f.zone)
	if f.yearDay > 0 && t.Year() != f.year || f.hasWeekday && hour < 24 && t.Weekday() != f.weekday {
		return time.Time{}, bad
	}
	return t, nil
}

// inZone is time.Date with Java's choice where clocks change: of an hour that comes
// twice the first, and an hour left out is counted on from before it.
func inZone(year, month, day, hour, minute, second, nano int, zone *time.Location) time.Time {
	t := time.Date(year, time.Month(month), day, hour, minute, second, nano, zone)
	wall := time.Date(year, time.Month(month), day, hour, minute, second, nano, time.UTC)
	_, before := t.Add(-24 * time.Hour).Zone()
	candidate := wall.Add(-time.Duration(before) * time.Second).In(zone)
	sameWall := func(u time.Time) bool {
		_, offset := u.Zone()
		return u.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	if !sameWall(t) || sameWall(candidate) && candidate.Before(t) {
		return candidate
	}
	return t
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parsed collects the fields of a text.
type parsed struct {
	year, month, day, yearDay          int
	hour, hour12, half, minute, second int
	nano                               int
	has12, hasYear, hasTime            bool
	weekday                            time.Weekday
	hasWeekday                         bool
	zone                               *time.Location
}

func numeric(it patternItem) bool {
	switch it.letter {
	case 'M', 'L':
		return it.count < 3
	case 'y', 'u', 'd', 'D', 'H', 'h', 'K', 'k', 'm', 's', 'S', 'n', 'A', 'N':
		return true
	}
	return false
}

// read takes one item off the text. An item followed by another number has exactly
// as many digits as letters.
func (f *parsed) read(it patternItem, s string, adjacent bool) (string, bool) {
	if it.letter == 0 {
		return strings.CutPrefix(s, it.literal)
	}
	if numeric(it) {
		most := 2
		switch it.letter {
		case 'y', 'u':
			if most = 9; it.count == 2 {
				most = 2
			}
		case 'D':
			most = 3
		case 'S':
			most = it.count
		case 'n', 'A':
			most = 9
		case 'N':
			most = 15
		}
		least := 1
		if it.count > 1 || it.letter == 'S' {
			least = it.count
		}
		if it.count > 1 && it.letter != 'y' && it.letter != 'u' || adjacent {
			most = it.count
		}
		neg, plus := false, false
		rest := s
		if (it.letter == 'y' || it.letter == 'u') && rest != "" && (rest[0] == '-' || rest[0] == '+') {
			neg = rest[0] == '-'
			plus = !neg
			rest = rest[1:]
		}
		n, digits := 0, 0
		for digits < most && digits < len(rest) && digit(rest[digits]) {
			n = n*10 + int(rest[digits]-'0')
			digits++
		}
		if digits < least || it.count > 3 && digits > it.count && (it.letter == 'y' || it.letter == 'u') && !plus {
			return s, false
		}
		if neg {
			n = -n
		}
		return rest[digits:], f.set(it, n, digits)
	}
	switch it.letter {
	case 'M', 'L':
		for m := time.January; m <= time.December; m++ {
			name := m.String()
			if it.count == 3 {
				name = name[:3]
			}
			if rest, ok := strings.CutPrefix(s, name); ok {
				f.month = int(m)
				return rest, true
			}
		}
	case 'E':
		for d := time.Sunday; d <= time.Saturday; d++ {
			name := d.String()
			if it.count < 4 {
				name = name[:3]
			}
			if rest, ok := strings.CutPrefix(s, name); ok {
				f.weekday, f.hasWeekday = d, true
				return rest, true
			}
		}
	case 'a':
		for i, name := range []string{"AM", "PM"} {
			if rest, ok := strings.CutPrefix(s, name); ok {
				f.half = i
				return rest, true
			}
		}
	case 'G':
		if rest, ok := strings.CutPrefix(s, "AD"); ok {
			return rest, true
		}
	case 'X', 'x', 'Z', 'O':
		if it.letter == 'X' || it.letter == 'Z' && it.count == 5 {
			if rest, ok := strings.CutPrefix(s, "Z"); ok {
				f.zone = time.UTC
				return rest, true
			}
		}
		text := s
		if it.letter == 'O' || it.letter == 'Z' && it.count == 4 {
			rest, ok := strings.CutPrefix(s, "GMT")
			if !ok {
				return s, false
			}
			if rest == "" || rest[0] != '+' && rest[0] != '-' {
				f.zone = time.UTC
				return rest, true
			}
			text = rest
		}
		if seconds, rest, ok := readPatternOffset(it, text); ok {
			f.zone = time.FixedZone(offsetText('x', 5, seconds), seconds)
			return rest, true
		}
	case 'V', 'z':
		end := 0
		for end < len(s) && (digit(s[end]) || s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || strings.IndexByte("/_+-:", s[end]) >= 0) {
			end++
		}
		if zone, err := zoneOf(s[:end]); err == nil {
			f.zone = zone
			return s[end:], true
		}
	}
	return s, false
}

// readPatternOffset reads an offset in just the form that the letter stands for.
func readPatternOffset(it patternItem, s string) (seconds int, rest string, ok bool) {
	colon, minutes, second := false, true, false // minutes: required
	switch n := it.count; {
	case it.letter == 'O':
		return readOffset(s)
	case it.letter == 'Z' && n < 4:
	case it.letter == 'Z' && n == 4:
		return readOffset(s)
	case n == 1:
		minutes = false
	case n == 3:
		colon = true
	case n == 4:
		second = true
	case n == 5:
		colon, second = true, true
	}
	width := len("+hh")
	field := func(required bool) bool {
		w := 2
		if colon {
			w++
		}
		part := ""
		if len(s) >= width+w {
			part = s[width : width+w]
		}
		if colon && !strings.HasPrefix(part, ":") || len(part) != w || !digit(part[w-2]) || !digit(part[w-1]) {
			return !required
		}
		width += w
		return true
	}
	if len(s) < width || !digit(s[1]) || !digit(s[2]) || !field(minutes) || second && !field(false) {
		return 0, s, false
	}
	seconds, left, ok := readOffset(s[:width])
	return seconds, s[width:], ok && left == ""
}

// set files a number; it is false when the number is out of the field's range.
func (f *parsed) set(it patternItem, n, digits int) bool {
	switch it.letter {
	case 'y', 'u':
		if it.count == 2 {
			n += 2000
		}
		f.year, f.hasYear = n, true
	case 'M', 'L':
		f.month = n
		return n >= 1 && n <= 12
	case 'd':
		f.day = n
		return n >= 1 && n <= 31
	case 'D':
		f.yearDay = n
		return n >= 1 && n <= 366
	case 'H':
		f.hour, f.hasTime = n, true
	case 'k':
		f.hour, f.hasTime = n%24, true
		return n >= 1 && n <= 24
	case 'h':
		f.hour12, f.has12, f.hasTime = n, true, true
		return n >= 1 && n <= 12
	case 'K':
		f.hour12, f.has12, f.hasTime = n, true, true
		return n <= 11
	case 'm':
		f.minute = n
	case 's':
		f.second = n
	case 'S':
		for ; digits < 9; digits++ {
			n *= 10
		}
		f.nano = n
	case 'n':
		f.nano = n
	case 'A', 'N':
		d := time.Duration(n)
		if it.letter == 'A' {
			d *= time.Millisecond
		}
		if d >= 24*time.Hour {
			return false
		}
		f.hasTime = true
		f.hour, f.minute, f.second = int(d/time.Hour), int(d/time.Minute)%60, int(d/time.Second)%60
		f.nano = int(d % time.Second)
	}
	return true
}
