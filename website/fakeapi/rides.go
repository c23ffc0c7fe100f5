package fakeapi

import (
	"fmt"
	"slices"
)

// axes in their order.
var axes = []any{"TECHNICAL_CLIMBING", "TECHNICAL_DESCENDING", "AIR", "CONSEQUENCE", "FITNESS"}

// ratable are the axes that a ride over a trail can be rated on: simpler than the
// wiki's own rule.
func ratable(trail map[string]any) []any {
	return slices.DeleteFunc(slices.Clone(axes), func(a any) bool {
		return trail["direction"] == "DOWN_ONLY" && a == "TECHNICAL_CLIMBING" || trail["direction"] == "UP_ONLY" && a == "TECHNICAL_DESCENDING"
	})
}

// posted are the labels of a trail.
func posted(trail map[string]any) []any {
	out := []any{}
	for _, d := range list(trail["difficulty"]) {
		for _, l := range list(d.(map[string]any)["labels"]) {
			label := l.(map[string]any)
			out = append(out, fmt.Sprintf("%v:%v", label["system"], label["label"]))
		}
	}
	return out
}

func (w *world) rideView(ride map[string]any) any {
	trail := w.byID("trail", ride["trailId"])
	if trail != nil && trail["visibility"] == "HIDDEN" {
		trail = nil
	}
	out := merge(ride, map[string]any{"trail": nilIfEmpty(trail), "ratableAxes": []any{}})
	if trail != nil {
		out["ratableAxes"] = ratable(trail)
	}
	return out
}

// ownRides answers what is the caller's alone; ok is false for other fields.
func (w *world) ownRides(c Caller, name string, args map[string]any) (answer any, err *Error, ok bool) {
	filter, _ := args["filter"].(map[string]any)
	switch name {
	case "ratingQuestions":
		out := []any{}
		if trail := w.byID("trail", args["trailId"]); trail != nil {
			for _, a := range ratable(trail) {
				out = append(out, map[string]any{"axis": a, "directions": []any{"FORWARD", "BACKWARD", "EITHER"}})
			}
		}
		return out, nil, true
	case "ride", "myRides", "myComparisons":
		if c.Sub == "" {
			return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Query"}, true
		}
	default:
		return nil, nil, false
	}
	if name == "ride" {
		return w.rideOf(c, args["id"]), nil, true
	}
	nodes := []any{}
	if name == "myComparisons" {
		for _, one := range w.comparisons {
			if one["sub"] == c.Sub && (filter["trailId"] == nil || filter["trailId"] == one["trailId"] || filter["trailId"] == one["otherId"]) {
				nodes = append(nodes, merge(one, map[string]any{"trail": nilIfEmpty(w.byID("trail", one["trailId"])), "other": nilIfEmpty(w.byID("trail", one["otherId"]))}))
			}
		}
		return connection(nodes), nil, true
	}
	archived, _ := filter["archived"].(bool)
	for _, ride := range slices.Backward(w.rides) {
		if ride["sub"] == c.Sub && ride["archived"] == archived && (filter["trailId"] == nil || filter["trailId"] == ride["trailId"]) {
			nodes = append(nodes, w.rideView(ride))
		}
	}
	return connection(nodes), nil, true
}

func (w *world) rideOf(c Caller, id any) any {
	for _, ride := range w.rides {
		if ride["id"] == id && ride["sub"] == c.Sub {
			return w.rideView(ride)
		}
	}
	return nil
}

// mutateRides changes what is the caller's alone; ok is false for other fields.
func (w *world) mutateRides(c Caller, name string, in map[string]any) (answer any, err *Error, ok bool) {
	refuse := func(kind, message string) (any, *Error, bool) { return nil, &Error{Type: kind, Message: message}, true }
	switch name {
	case "createRide":
		trail := w.byID("trail", in["trailId"])
		if trail == nil {
			return refuse("NotFound", "There is no such trail, or it is no longer shown.")
		}
		if y, _ := in["year"].(float64); y > 2026 {
			return refuse("InvalidInput", "That day is still to come: keep a ride when you have ridden it.")
		}
		w.made++
		ride := merge(map[string]any{"riddenOn": nil, "year": nil, "month": nil, "season": nil, "bikeClass": nil, "outcome": nil, "note": nil, "conditions": []any{}}, in)
		ride = merge(ride, map[string]any{"id": fmt.Sprintf("40000000-0000-4000-8000-%012d", w.made), "sub": c.Sub, "version": 1.0, "archived": false, "createdAt": now, "updatedAt": now, "ratings": []any{}})
		w.rides = append(w.rides, ride)
		w.rate(ride, in["ratings"])
		return w.rideView(ride), nil, true
	case "compareTrails":
		made := merge(in, map[string]any{"sub": c.Sub, "comparedAt": now, "version": 1.0})
		for i, one := range w.comparisons {
			if one["sub"] == c.Sub && one["axis"] == in["axis"] && one["trailId"] == in["trailId"] && one["otherId"] == in["otherId"] {
				if in["expectedVersion"] != one["version"] {
					return refuse("Conflict", "You have compared these two already; look at your answer, and change it from there.")
				}
				made["id"], made["version"] = one["id"], number(one["version"])+1
				w.comparisons[i] = made
				return made, nil, true
			}
		}
		w.made++
		made["id"] = fmt.Sprintf("41000000-0000-4000-8000-%012d", w.made)
		w.comparisons = append(w.comparisons, made)
		return made, nil, true
	case "withdrawComparison":
		w.comparisons = slices.DeleteFunc(w.comparisons, func(one map[string]any) bool { return one["id"] == in["id"] && one["sub"] == c.Sub })
		return map[string]any{"id": in["id"]}, nil, true
	case "updateRide", "rateRide", "archiveRide", "restoreRide", "deleteRide":
	default:
		return nil, nil, false
	}
	id := in["id"]
	if name == "rateRide" {
		id = in["rideId"]
	}
	for i, ride := range w.rides {
		if ride["id"] != id || ride["sub"] != c.Sub {
			continue
		}
		if in["expectedVersion"] != ride["version"] {
			return refuse("Conflict", "This ride has changed since you read it. Read it again and repeat your change.")
		}
		switch name {
		case "updateRide":
			for key, value := range in {
				if key != "id" && key != "expectedVersion" && key != "lang" {
					ride[key] = value
				}
			}
		case "rateRide":
			w.rate(ride, in["ratings"])
		case "archiveRide", "restoreRide":
			ride["archived"] = name == "archiveRide"
		case "deleteRide":
			w.rides = slices.Delete(w.rides, i, i+1)
			return map[string]any{"id": id}, nil, true
		}
		ride["version"] = number(ride["version"]) + 1
		return w.rideView(ride), nil, true
	}
	return refuse("NotFound", "You have no such ride.")
}

// rate replaces ratings on the axes named.
func (w *world) rate(ride map[string]any, ratings any) {
	for _, v := range list(ratings) {
		said := v.(map[string]any)
		there := slices.DeleteFunc(list(ride["ratings"]), func(one any) bool { return one.(map[string]any)["axis"] == said["axis"] })
		if said["category"] != nil {
			there = append(there, merge(map[string]any{"labelSeen": "UNKNOWN", "questionVersion": 1.0}, merge(said, map[string]any{"postedLabels": posted(w.byID("trail", ride["trailId"])), "ratedAt": now})))
		}
		ride["ratings"] = there
	}
}
