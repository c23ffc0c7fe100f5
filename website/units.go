package website

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

// units says how lengths are written; the zero value is metric.
type units struct{ Imperial bool }

const (
	metresPerFoot = difficulty.MetresPerFoot
	metresPerMile = difficulty.MetresPerMile
)

// unitsOf reads the reader's choice. It stands in a plain cookie: nothing
// depends on it but how numbers look.
func (s *Site) unitsOf(r *http.Request) units {
	c, err := r.Cookie("units")
	return units{Imperial: err == nil && c.Value == "imperial"}
}

// setUnits stores the choice for a year and goes back.
func (s *Site) setUnits(r *request) error {
	if err := r.form(); err != nil {
		return err
	}
	value := "metric"
	if r.PostForm.Get("units") == "imperial" {
		value = "imperial"
	}
	s.writeUnits(r, value)
	return r.redirect(localPath(r.PostForm.Get("return")))
}

func (s *Site) writeUnits(r *request, value string) {
	http.SetCookie(r.w, &http.Cookie{
		Name: "units", Value: value, Path: "/", Expires: s.now().AddDate(1, 0, 0),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Name is the schema's name of the choice.
func (u units) Name() string {
	if u.Imperial {
		return "IMPERIAL"
	}
	return "METRIC"
}

// Distance writes metres along the ground: 850 m, 12.4 km, 0.5 mi.
func (u units) Distance(m float64) string {
	if u.Imperial {
		if m < 300 {
			return group(math.Round(m/metresPerFoot)) + " ft"
		}
		return decimal(m/metresPerMile) + " mi"
	}
	if m < 1000 {
		return group(math.Round(m)) + " m"
	}
	return decimal(m/1000) + " km"
}

// Height writes metres of climb or above the sea.
func (u units) Height(m float64) string {
	if u.Imperial {
		return group(math.Round(m/metresPerFoot)) + " ft"
	}
	return group(math.Round(m)) + " m"
}

// Size writes small lengths, such as the height of a drop.
func (u units) Size(m float64) string {
	if u.Imperial {
		return trimmed(m/metresPerFoot, 1) + " ft"
	}
	return trimmed(m, 1) + " m"
}

// Width writes centimetres.
func (u units) Width(cm int) string {
	if u.Imperial {
		return group(math.Round(float64(cm)/2.54)) + " in"
	}
	return strconv.Itoa(cm) + " cm"
}

// Km writes kilometres.
func (u units) Km(km float64) string { return u.Distance(km * 1000) }

// decimal keeps three digits: 1.23, 12.3, 123.
func decimal(v float64) string {
	if v >= 99.95 {
		return group(math.Round(v))
	}
	return trimmed(v, 1)
}

func trimmed(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// group puts thin spaces between thousands.
func group(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	if v < 0 && s != "0" {
		s = "\u2212" + s
	}
	return s
}

// minutes writes a riding time: 45 min, 2 h, 2 h 10.
func minutes(n int) string {
	switch h, m := n/60, n%60; {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %02d", h, m)
	}
}

// day writes a date or time of the API as a day.
func day(s string) string {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02Z", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("2 January 2006")
		}
	}
	return s
}

// monthOf writes a month of the API, such as 2026-09, in words.
func monthOf(s string) string {
	if t, err := time.Parse("2006-01", s); err == nil {
		return t.Format("January 2006")
	}
	return s
}

// moment writes a time of the API with hour and minute, in UTC.
func moment(s string) string {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return s
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// Round implements draw.Units.
func (u units) Round() (distance, height float64) {
	if u.Imperial {
		return metresPerMile, metresPerFoot
	}
	return 1000, 1
}
