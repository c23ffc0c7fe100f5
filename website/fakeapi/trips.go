package fakeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// tripDays adds the places to a plan.
func (w *world) tripDays(days any) []any {
	out := []any{}
	for _, d := range list(days) {
		day := merge(map[string]any{"date": nil, "note": nil, "systemIds": []any{}, "routeIds": []any{}}, d.(map[string]any))
		day["systems"], day["routes"] = w.all("system", day["systemIds"]), w.all("route", day["routeIds"])
		out = append(out, day)
	}
	return out
}

func (w *world) tripView(trip map[string]any) any {
	return merge(trip, map[string]any{"days": w.tripDays(trip["days"]), "shared": trip["token"] != nil, "sharesMembers": trip["token"] != nil && trip["withMembers"] == true})
}

// ownTrips answers what is the caller's alone, and by a link; ok is false for other fields.
func (w *world) ownTrips(c Caller, name string, args map[string]any) (answer any, err *Error, ok bool) {
	switch name {
	case "sharedTrip":
		for _, trip := range w.trips {
			if trip["token"] != nil && trip["token"] == args["token"] && trip["archived"] == false {
				members := list(trip["members"])
				out := merge(trip, map[string]any{"days": w.tripDays(trip["days"]), "memberCount": len(members)})
				if trip["withMembers"] != true {
					out["members"] = []any{}
				}
				return out, nil, true
			}
		}
		return nil, nil, true
	case "trip", "myTrips":
		if c.Sub == "" {
			return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Query"}, true
		}
	default:
		return nil, nil, false
	}
	archived, _ := args["archived"].(bool)
	nodes := []any{}
	for _, trip := range w.trips {
		switch {
		case trip["sub"] != c.Sub:
		case name == "trip" && trip["id"] == args["id"]:
			return w.tripView(trip), nil, true
		case trip["archived"] == archived:
			nodes = append(nodes, merge(trip, map[string]any{"dayCount": len(list(trip["days"])), "memberCount": len(list(trip["members"])), "shared": trip["token"] != nil}))
		}
	}
	if name == "trip" {
		return nil, nil, true
	}
	return connection(nodes), nil, true
}

// mutateTrips changes what is the caller's alone; ok is false for other fields.
func (w *world) mutateTrips(c Caller, name string, in map[string]any) (answer any, err *Error, ok bool) {
	if !strings.HasSuffix(name, "Trip") {
		return nil, nil, false
	}
	patch := func(trip map[string]any) *Error {
		for _, field := range []string{"title", "startsOn", "endsOn", "days", "members"} {
			if v, there := in[field]; there {
				trip[field] = v
			}
		}
		if trip["title"] == "" {
			return &Error{Type: "InvalidInput", Message: "A title has 1 to 120 characters."}
		}
		if q := in["question"]; q != nil {
			text, err := json.Marshal(q)
			if err != nil {
				return &Error{Type: "InternalError", Message: err.Error()}
			}
			trip["question"] = string(text)
		}
		for i, m := range list(trip["members"]) {
			list(trip["members"])[i] = merge(map[string]any{"skill": nil, "fitness": nil, "childrenAges": []any{}, "adaptiveNeeds": nil}, m.(map[string]any))
		}
		return nil
	}
	if name == "createTrip" {
		w.made++
		trip := map[string]any{"id": fmt.Sprintf("42000000-0000-4000-8000-%012d", w.made), "sub": c.Sub, "version": 1.0, "archived": false, "createdAt": now, "updatedAt": now, "lookedAt": now,
			"question": nil, "startsOn": nil, "endsOn": nil, "days": []any{}, "members": []any{}, "changes": []any{}}
		if err := patch(trip); err != nil {
			return nil, err, true
		}
		w.trips = append(w.trips, trip)
		return w.tripView(trip), nil, true
	}
	for i, trip := range w.trips {
		if trip["id"] != in["id"] || trip["sub"] != c.Sub {
			continue
		}
		if name != "lookAtTrip" && in["expectedVersion"] != trip["version"] {
			return nil, &Error{Type: "Conflict", Message: "This trip has changed since you read it. Read it again and repeat your change."}, true
		}
		switch name {
		case "updateTrip":
			changed := merge(trip, nil)
			if err := patch(changed); err != nil {
				return nil, err, true
			}
			// Its system is described anew meanwhile.
			changed["changes"] = []any{}
			for _, d := range w.tripDays(changed["days"]) {
				for _, y := range d.(map[string]any)["systems"].([]any) {
					s := y.(map[string]any)
					changed["changes"] = []any{map[string]any{"entityKind": "SYSTEM", "entityId": s["id"], "name": s["name"], "placeKind": "SYSTEM", "placeId": s["id"], "placeName": s["name"], "versions": 2.0, "lastAt": now, "comment": "New <signs>."}}
				}
			}
			trip = changed
			w.trips[i] = changed
		case "archiveTrip", "restoreTrip":
			trip["archived"] = name == "archiveTrip"
		case "shareTrip":
			w.made++
			trip["token"], trip["withMembers"] = fmt.Sprintf("%064d", w.made), in["withMembers"]
			trip["version"] = number(trip["version"]) + 1
			return map[string]any{"id": trip["id"], "version": trip["version"], "token": trip["token"]}, nil, true
		case "unshareTrip":
			trip["token"] = nil
		case "lookAtTrip":
			trip["changes"] = []any{}
			return w.tripView(trip), nil, true
		case "deleteTrip":
			w.trips = slices.Delete(w.trips, i, i+1)
			return map[string]any{"id": in["id"]}, nil, true
		}
		trip["version"] = number(trip["version"]) + 1
		return w.tripView(trip), nil, true
	}
	return nil, &Error{Type: "NotFound", Message: "You have no such trip."}, true
}
