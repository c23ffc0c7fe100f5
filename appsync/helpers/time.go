package helpers

import (
	"fmt"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// timing is $util.time.
var timing = table{
	"nowISO8601": {0, 0, func(c *call) (vtl.Value, error) { return iso(c.now()), nil }},
	"nowEpochSeconds": {0, 0, func(c *call) (vtl.Value, error) {
		return c.now().Unix(), nil
	}},
	"nowEpochMilliSeconds": {0, 0, func(c *call) (vtl.Value, error) {
		return c.now().UnixMilli(), nil
	}},
	"nowFormatted":                      {1, 2, func(c *call) (vtl.Value, error) { return c.formatTime(c.now(), 0) }},
	"parseFormattedToEpochMilliSeconds": {2, 3, parseFormatted},
	"parseISO8601ToEpochMilliSeconds":   {1, 1, parseISO},
	"epochMilliSecondsToSeconds": {1, 1, func(c *call) (vtl.Value, error) {
		ms, err := c.integer(0)
		return time.UnixMilli(ms).Unix(), err
	}},
	"epochMilliSecondsToISO8601": {1, 1, func(c *call) (vtl.Value, error) {
		t, err := c.instant(0)
		if err != nil {
			return nil, err
		}
		return iso(t), nil
	}},
	"epochMilliSecondsToFormatted": {2, 3, func(c *call) (vtl.Value, error) {
		t, err := c.instant(0)
		if err != nil {
			return nil, err
		}
		return c.formatTime(t, 1)
	}},
}

// maxMillis is about the year 285,000; beyond it the calendar of package time is
// of no use.
const maxMillis = 9_000_000_000_000_000

func (c *call) instant(i int) (time.Time, error) {
	ms, err := c.integer(i)
	if err != nil {
		return time.Time{}, err
	}
	if ms > maxMillis || ms < -maxMillis {
		return time.Time{}, fmt.Errorf("%s: %d milliseconds are out of range", c.name, ms)
	}
	return time.UnixMilli(ms).UTC(), nil
}

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// formatTime formats with the pattern in argument i and the zone in the next.
func (c *call) formatTime(t time.Time, i int) (vtl.Value, error) {
	pattern, err := c.text(i)
	if err != nil {
		return nil, err
	}
	zone := time.UTC
	if c.arg(i+1) != nil {
		if zone, err = c.zone(i + 1); err != nil {
			return nil, err
		}
	}
	p, err := parsePattern(pattern)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return p.format(t.In(zone)), nil
}

func (c *call) zone(i int) (*time.Location, error) {
	name, err := c.text(i)
	if err != nil {
		return nil, err
	}
	zone, err := zoneOf(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return zone, nil
}

func parseFormatted(c *call) (vtl.Value, error) {
	text, err := c.text(0)
	if err != nil {
		return nil, err
	}
	pattern, err := c.text(1)
	if err != nil {
		return nil, err
	}
	var zone *time.Location
	if c.arg(2) != nil {
		if zone, err = c.zone(2); err != nil {
			return nil, err
		}
	}
	p, err := parsePattern(pattern)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	t, err := p.parse(text, zone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return t.UnixMilli(), nil
}

func parseISO(c *call) (vtl.Value, error) {
	text, err := c.text(0)
	if err != nil {
		return nil, err
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999Z07:00:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli(), nil
		}
	}
	return nil, fmt.Errorf("%s: %q is no ISO 8601 date and time with a zone", c.name, clip(text, 60))
}
