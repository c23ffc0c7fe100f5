package database

import (
	"context"
	"encoding/json"
	"fmt"
)

// ParseCursor is what List does with ListOptions.After.
func ParseCursor(cursor string) (key, id string, err error) { return parseCursor(cursor) }

// Overload is what every statement's error goes through.
func Overload(err error) error { return overload(err) }

// GetNode is the JSON behind Get, before it becomes a struct.
func GetNode(ctx context.Context, c *Client, name, id string) ([]byte, error) {
	read := map[string]access{
		"Region": c.Regions().access, "System": c.Systems().access, "Trail": c.Trails().access,
		"Route": c.Routes().access, "Tip": c.Tips().access, "Rider": c.Riders().access,
		"Guide": c.Guides().access, "RegionalComparison": c.RegionalComparisons().access, "SeasonalNotice": c.SeasonalNotices().access,
		"Comment": c.Comments().access,
		"Claim":   c.Claims().access, "FactCheck": c.FactChecks().access, "Review": c.Reviews().access,
		"Media":        c.MediaItems().access,
		"Organisation": c.Organisations().access,
		"AccessPoint":  c.AccessPoints().access, "Uplift": c.Uplifts().access,
	}
	a, ok := read[name]
	if !ok {
		return nil, fmt.Errorf("no access for %s", name)
	}
	who, err := json.Marshal(Actor{})
	if err != nil {
		return nil, err
	}
	return a.byID(ctx, c.queries, who, "en", id)
}
