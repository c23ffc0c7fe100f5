package fakeapi

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

//go:embed fixtures/*.json
var fixtures embed.FS

var kinds = []string{"region", "system", "trail", "route", "tip", "rider", "guide", "regionalComparison", "seasonalNotice", "organisation", "accessPoint", "uplift", "comment", "claim", "factCheck", "review"}

// discussed are the kinds whose pages have a discussion.
var discussed = []string{"region", "system", "trail", "route", "guide", "regionalComparison", "organisation", "accessPoint", "uplift"}

// careful are the fields whose change is held for review, as in the schema.
var careful = map[string][]string{
	"trail":  {"name", "lengthM", "climbM", "descentM", "access", "trailStatus", "closedUntil", "standing", "visibility"},
	"system": {"name", "position", "access", "standing", "visibility"},
	"route":  {"name", "lengthM", "climbM", "legs", "visibility"},

	"accessPoint": {"name", "systemIds", "position", "visibility"},
	"uplift":      {"name", "systemIds", "visibility"},
}

const now = "2026-11-25T08:30:00.000Z"

// world is the state: entities by kind, in order.
type world struct {
	entities  map[string][]map[string]any
	terms     []any
	revisions []any
	proposals []any
	lines     map[string]any
	proposed  map[string]any   // lines of proposals
	watches   map[string][]any // ids of pages by who watches them
	seen      map[string]string
	flags     []map[string]any
	// What is a rider's alone.
	rides, comparisons, trips []map[string]any
	made                      int
	fewTrails                 int
	protections, merged       []map[string]any
	// was holds entities as they were, by id and version.
	was map[string]map[string]any
}

func newWorld() (*world, error) {
	w := &world{entities: map[string][]map[string]any{}, lines: map[string]any{}, proposed: map[string]any{}, watches: map[string][]any{}, seen: map[string]string{}, was: map[string]map[string]any{}}
	for _, kind := range kinds {
		var list []map[string]any
		file := kind + "s"
		switch kind {
		case "regionalComparison":
			file = "comparisons"
		case "seasonalNotice":
			file = "notices"
		case "accessPoint":
			file = "access-points"
		}
		if err := load(file, &list); err != nil {
			return nil, err
		}
		for _, e := range list {
			w.entities[kind] = append(w.entities[kind], w.complete(kind, e))
		}
	}
	for name, into := range map[string]any{"terms": &w.terms, "revisions": &w.revisions, "proposals": &w.proposals} {
		if err := load(name, into); err != nil {
			return nil, err
		}
	}
	w.draw()
	return w, nil
}

func load(name string, into any) error {
	raw, err := fixtures.ReadFile("fixtures/" + name + ".json")
	if err != nil {
		return fmt.Errorf("fakeapi: %w", err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("fakeapi: %s.json: %w", name, err)
	}
	return nil
}

// complete adds what every entity has.
func (w *world) complete(kind string, e map[string]any) map[string]any {
	for key, value := range map[string]any{"state": "PUBLISHED", "version": 3.0, "visibility": "PUBLIC", "lang": "en", "createdAt": "2026-03-01T10:00:00.000Z", "updatedAt": "2026-10-12T17:20:00.000Z", "synthetic": true} {
		if _, there := e[key]; !there {
			e[key] = value
		}
	}
	lists := map[string][]string{
		"region": {"countries", "tags", "localGrading", "facts"},
		"system": {"regionIds", "subdivisions", "styleMarks", "skillMarks", "tags", "facilities", "season", "access", "localGrading", "links", "openData", "facts"},
		"trail":  {"systemIds", "tags", "difficulty", "features", "junctions", "access", "externalIds", "ratings", "openData", "facts"},
		"route":  {"systemIds", "accessPointIds", "legs", "tags", "season", "openData", "facts"},
		"rider":  {"styles", "avoid"},
		"guide":  {"regionIds", "systemIds", "routeIds", "sections", "keyTakeaways", "facts"},

		"regionalComparison": {"regionIds", "differences", "equivalents", "facts"},

		"organisation": {"systemIds", "links", "facilities", "facts", "belonging"},
		"accessPoint":  {"systemIds", "facilities", "links", "facts"},
		"uplift":       {"systemIds", "runs", "prices", "facts"},
	}
	for _, name := range lists[kind] {
		if e[name] == nil {
			e[name] = []any{}
		}
	}
	defaults := map[string]map[string]any{
		"region": {"status": "OUTLINE"},
		"system": {"status": "STUB", "standing": "UNKNOWN"},
		"trail":  {"adaptiveSupport": "UNKNOWN", "trailStatus": "OPEN", "standing": "UNKNOWN"},
		"route":  {"uplift": "NONE", "timeOfDay": "ANY"},
		"tip":    {"basis": "LOCAL"},

		"seasonalNotice": {"basis": "LOCAL"},
		"comment":        {"edited": false}, "claim": {"basis": "LOCAL"},

		"rider": {"units": "METRIC"},
		"guide": {"status": "STUB"},

		"regionalComparison": {"status": "STUB"},

		"organisation": {"status": "STUB"},
	}
	for key, value := range defaults[kind] {
		if e[key] == nil {
			e[key] = value
		}
	}
	return e
}

func (w *world) find(kind string, args map[string]any) map[string]any {
	for _, e := range w.entities[kind] {
		if (args["id"] != nil && e["id"] == args["id"]) || (args["slug"] != nil && e["slug"] != nil && (e["slug"] == args["slug"] || e["oldSlug"] == args["slug"])) {
			return e
		}
	}
	return nil
}

// discussion is the talk about an entity, the newest thread first.
func (w *world) discussion(c Caller, id any) any {
	said := func(e map[string]any) map[string]any {
		author := w.byID("rider", e["authorId"])
		out := merge(e, map[string]any{"author": nilIfEmpty(author), "edited": e["edited"] == true, "yours": c.Sub != "" && author != nil && author["sub"] == c.Sub})
		if out["removed"] != nil {
			out["body"], out["author"] = nil, nil
		}
		return out
	}
	threads := []any{}
	for _, e := range w.entities["comment"] {
		if e["subjectId"] != id {
			continue
		}
		if e["replyToId"] == nil {
			threads = append([]any{map[string]any{"comment": said(e), "replies": []any{}, "lastAt": e["createdAt"]}}, threads...)
			continue
		}
		for i, t := range threads {
			if thread := t.(map[string]any); thread["comment"].(map[string]any)["id"] == e["replyToId"] {
				thread["replies"], thread["lastAt"] = append(list(thread["replies"]), said(e)), e["createdAt"]
				threads = append([]any{thread}, append(threads[:i:i], threads[i+1:]...)...)
			}
		}
	}
	return connection(threads)
}

// watchOf is how somebody watches a page; nil when there is none.
func (w *world) watchOf(c Caller, id any) any {
	for _, kind := range discussed {
		if e := w.byID(kind, id); e != nil {
			out := map[string]any{"id": id, "kind": entityKind(kind), "slug": e["slug"], "name": e["name"], "since": nil, "watchers": nil}
			if slices.Contains(w.watches[c.Sub], id) {
				out["since"] = now
			}
			return out
		}
	}
	return nil
}

// watched answers the queries of what somebody watches.
func (w *world) watched(c Caller, name string, args map[string]any) (any, *Error) {
	if c.Sub == "" {
		return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Query"}
	}
	if name == "watch" {
		return w.watchOf(c, args["id"]), nil
	}
	nodes := []any{}
	if name == "myWatches" {
		for _, id := range w.watches[c.Sub] {
			nodes = append(nodes, w.watchOf(c, id))
		}
		return connection(nodes), nil
	}
	unseen := 0
	for _, r := range w.revisions {
		rev := r.(map[string]any)
		author, _ := rev["author"].(map[string]any)
		if slices.Contains(w.watches[c.Sub], rev["entityId"]) && (author == nil || author["sub"] != c.Sub) {
			fresh := fmt.Sprint(rev["createdAt"]) > w.seen[c.Sub]
			if fresh {
				unseen++
			}
			nodes = append(nodes, map[string]any{"revision": rev, "page": w.watchOf(c, rev["entityId"]), "unseen": fresh})
		}
	}
	out := connection(nodes)
	delete(out, "totalCount")
	delete(out, "totalIsMore")
	out["unseenCount"], out["seenUntil"] = unseen, nil
	return out, nil
}

// listFlags are the reports that somebody reads.
func (w *world) listFlags(c Caller, args map[string]any) (any, *Error) {
	if c.Sub == "" {
		return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access flags on type Query"}
	}
	filter, _ := args["filter"].(map[string]any)
	mine := filter["mine"] == true || !c.moderator()
	nodes := []any{}
	for _, f := range w.flags {
		own := f["reporter"].(map[string]any)["sub"] == c.Sub
		state := filter["state"]
		if state == nil && !mine {
			state = "OPEN"
		}
		if (mine && !own) || (state != nil && f["state"] != state) {
			continue
		}
		alike := 0
		for _, o := range w.flags {
			if c.moderator() && o["id"] != f["id"] && o["entityId"] == f["entityId"] && o["revisionId"] == f["revisionId"] && o["state"] == "OPEN" {
				alike++
			}
		}
		nodes = append([]any{merge(f, map[string]any{"alike": alike})}, nodes...)
	}
	return connection(nodes), nil
}

// notices are those about an entity itself.
func (w *world) notices(id any) []any {
	out := []any{}
	for _, n := range w.entities["seasonalNotice"] {
		if n["subjectId"] == id {
			v := w.view("seasonalNotice", n).(map[string]any)
			confirmation := map[string]any{"count": number(n["confirmed"]), "lastAt": nil}
			if number(n["confirmed"]) > 0 {
				confirmation["lastAt"] = now
			}
			out = append(out, map[string]any{"notice": v, "subjectName": v["subjectName"], "confirmation": confirmation})
		}
	}
	return out
}

// reviewed is what reviews of a place say together, with an average from three on.
func (w *world) reviewed(id any) map[string]any {
	sums := map[string][2]float64{}
	all := 0
	for _, e := range w.entities["review"] {
		if e["subjectId"] == id {
			s := sums[fmt.Sprint(e["perspective"])]
			sums[fmt.Sprint(e["perspective"])] = [2]float64{s[0] + 1, s[1] + number(e["rating"])}
			all++
		}
	}
	rated := func(s [2]float64) map[string]any {
		if s[0] < 3 {
			return map[string]any{"count": s[0], "average": nil}
		}
		return map[string]any{"count": s[0], "average": s[1] / s[0]}
	}
	return map[string]any{"count": all, "locals": rated(sums["LOCAL_RIDER"]), "visitors": rated(sums["VISITOR"])}
}

// votes of a remark. There is one voter: whoever asks.
func votes(e map[string]any) map[string]any {
	mine := "NONE"
	if v, ok := e["mine"].(string); ok {
		mine = v
	}
	return map[string]any{"up": number(e["up"]), "down": number(e["down"]), "mine": mine}
}

// vote changes them.
func (w *world) vote(c Caller, in map[string]any) (any, *Error) {
	e := w.byID("tip", in["entityId"])
	if e == nil {
		e = w.byID("review", in["entityId"])
	}
	switch {
	case e == nil:
		return nil, &Error{Type: "NotFound", Message: "There is nothing here to vote on."}
	case e["authorId"] == w.card(c)["id"]:
		return nil, &Error{Type: "InvalidInput", Message: "You wrote this tip; others vote on it."}
	}
	field := map[any]string{"UP": "up", "DOWN": "down"}
	if f := field[e["mine"]]; f != "" {
		e[f] = number(e[f]) - 1
	}
	if f := field[in["value"]]; f != "" {
		e[f] = number(e[f]) + 1
	}
	e["mine"] = in["value"]
	return map[string]any{"id": e["id"], "votes": votes(e)}, nil
}

// checked adds what checks make of a claim, more simply than the wiki's own rule: all
// of them count, and the last one decides.
func (w *world) checked(claim map[string]any) {
	checks := []any{}
	claim["verdict"], claim["checkedOn"], claim["stale"] = "UNCHECKED", nil, claim["validUntil"] != nil && fmt.Sprint(claim["validUntil"]) < now[:10]
	for _, k := range w.entities["factCheck"] {
		if k["subjectId"] == claim["id"] {
			claim["verdict"], claim["checkedOn"] = map[string]string{"VERIFIED": "VERIFIED", "OUTDATED": "OUTDATED"}[fmt.Sprint(k["result"])], k["checkedOn"]
			if claim["verdict"] == "" {
				claim["verdict"] = "DISPUTED"
			}
			checks = append(checks, map[string]any{"check": merge(k, map[string]any{"subjectKind": "CLAIM"}), "author": nilIfEmpty(w.byID("rider", k["authorId"])), "counts": true})
		}
	}
	claim["checks"], claim["needsChecking"] = checks, claim["verdict"] != "VERIFIED" || claim["stale"] == true
}

// freshness of a place in short: of its claims those that nobody disputes.
func (w *world) freshness(id any) map[string]any {
	items, good, wait, disputed := 0, 0, 0, 0
	for _, c := range w.entities["claim"] {
		if c["subjectId"] != id {
			continue
		}
		v := w.view("claim", c).(map[string]any)
		items++
		if v["verdict"] == "VERIFIED" {
			good++
		}
		if v["needsChecking"] == true {
			wait++
		}
		if v["verdict"] == "DISPUTED" {
			disputed++
		}
	}
	out := map[string]any{"score": nil, "items": items, "oldest": nil, "toCheck": wait, "disputed": disputed}
	if items > 0 {
		out["score"], out["oldest"] = 100*good/items, "2026-05-01"
	}
	return out
}

// entityKind is a kind as the schema's enumeration has it.
func entityKind(kind string) string {
	var b strings.Builder
	for _, c := range kind {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	return strings.ToUpper(b.String())
}

func number(v any) float64 {
	n, _ := v.(float64)
	return n
}

func (w *world) byID(kind string, id any) map[string]any {
	return w.find(kind, map[string]any{"id": id})
}

// view adds what other entities say of one.
func (w *world) view(kind string, e map[string]any) any {
	if e == nil {
		return nil
	}
	out := map[string]any{}
	for k, v := range e {
		out[k] = v
	}
	if slices.Contains(discussed, kind) {
		said := 0
		for _, c := range w.entities["comment"] {
			if c["subjectId"] == e["id"] && c["state"] == "PUBLISHED" {
				said++
			}
		}
		out["commentCount"] = said
	}
	if kind == "system" || kind == "trail" || kind == "route" || kind == "accessPoint" {
		out["notices"], out["freshness"], out["reviewSummary"] = w.notices(e["id"]), w.freshness(e["id"]), w.reviewed(e["id"])
	}
	switch kind {
	case "region":
		out["systems"] = w.having("system", "regionIds", e["id"])
		out["guides"], out["comparisons"] = w.having("guide", "regionIds", e["id"]), w.having("regionalComparison", "regionIds", e["id"])
	case "system":
		out["regions"] = w.all("region", e["regionIds"])
		trails, routes := w.having("trail", "systemIds", e["id"]), w.having("route", "systemIds", e["id"])
		out["trails"], out["routes"] = trails, routes
		out["guides"] = w.having("guide", "systemIds", e["id"])
		out["organisations"] = w.having("organisation", "systemIds", e["id"])
		out["accessPoints"] = w.having("accessPoint", "systemIds", e["id"])
		out["uplifts"] = w.viewed("uplift", w.having("uplift", "systemIds", e["id"]))
		out["trailCount"], out["routeCount"] = len(trails), len(routes)
		if w.fewTrails > 0 && len(trails) > w.fewTrails {
			out["trails"] = trails[:w.fewTrails]
		}
	case "trail":
		out["systems"] = w.all("system", e["systemIds"])
		out["hasLine"] = w.own(e["id"].(string))
	case "uplift":
		out["systems"] = w.all("system", e["systemIds"])
		out["from"], out["to"] = nilIfEmpty(w.byID("accessPoint", e["fromId"])), nilIfEmpty(w.byID("accessPoint", e["toId"]))
	case "accessPoint":
		var stops []any
		for _, u := range w.entities["uplift"] {
			if u["fromId"] == e["id"] || u["toId"] == e["id"] {
				stops = append(stops, u)
			}
		}
		out["uplifts"] = w.viewed("uplift", stops)
		out["systems"], out["routes"] = w.all("system", e["systemIds"]), w.having("route", "accessPointIds", e["id"])
	case "route":
		out["systems"], out["accessPoints"] = w.all("system", e["systemIds"]), w.all("accessPoint", e["accessPointIds"])
		legs := []any{}
		for i, l := range list(e["legs"]) {
			leg := map[string]any{"position": i + 1, "direction": "FORWARD", "canSplit": false}
			for k, v := range l.(map[string]any) {
				leg[k] = v
			}
			if id, ok := leg["trailId"].(string); ok {
				leg["trail"] = nilIfEmpty(w.byID("trail", id))
			}
			if id, ok := leg["upliftId"].(string); ok {
				leg["uplift"] = nilIfEmpty(w.byID("uplift", id))
			}
			legs = append(legs, leg)
		}
		out["legs"] = legs
	case "guide":
		out["regions"], out["systems"], out["routes"] = w.all("region", e["regionIds"]), w.all("system", e["systemIds"]), w.all("route", e["routeIds"])
	case "regionalComparison":
		out["regions"] = w.all("region", e["regionIds"])
	case "organisation":
		out["systems"] = w.all("system", e["systemIds"])
		members := []any{}
		for _, m := range list(e["belonging"]) {
			m := m.(map[string]any)
			members = append(members, map[string]any{"rider": w.byID("rider", m["riderId"]), "role": m["role"], "since": "2026-11-01"})
		}
		out["members"], out["memberCount"] = members, len(members)
	case "rider":
		interests := []any{}
		for _, o := range w.entities["organisation"] {
			for _, m := range list(o["belonging"]) {
				if m := m.(map[string]any); m["riderId"] == e["id"] {
					interests = append(interests, map[string]any{"organisation": o, "role": m["role"], "since": "2026-11-01"})
				}
			}
		}
		out["interests"] = interests
	case "tip", "seasonalNotice", "comment", "claim", "factCheck", "review":
		switch kind {
		case "claim":
			w.checked(out)
		case "tip", "review":
			out["votes"] = votes(e)
		}
		for _, k := range append([]string{"claim"}, discussed...) {
			if s := w.byID(k, e["subjectId"]); s != nil {
				out["subjectKind"], out["subjectName"] = entityKind(k), s["name"]
				if k == "claim" {
					out["subjectName"] = s["body"]
				}
			}
		}
		out["author"] = nilIfEmpty(w.byID("rider", e["authorId"]))
	}
	return out
}

// viewed is the view of each of a list.
func (w *world) viewed(kind string, list []any) []any {
	out := []any{}
	for _, e := range list {
		out = append(out, w.view(kind, e.(map[string]any)))
	}
	return out
}

func nilIfEmpty(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func (w *world) all(kind string, ids any) []any {
	out := []any{}
	for _, id := range list(ids) {
		if e := w.byID(kind, id); e != nil {
			out = append(out, e)
		}
	}
	return out
}

func (w *world) having(kind, field string, id any) []any {
	out := []any{}
	for _, e := range w.entities[kind] {
		if slices.Contains(list(e[field]), id) {
			out = append(out, e)
		}
	}
	return out
}

func connection(nodes []any) map[string]any {
	edges := make([]any, len(nodes))
	for i, n := range nodes {
		edges[i] = map[string]any{"cursor": fmt.Sprint(i), "node": n}
	}
	return map[string]any{"nodes": nodes, "edges": edges, "pageInfo": map[string]any{"hasNextPage": false, "endCursor": nil}, "totalCount": len(nodes), "totalIsMore": false}
}

// resolve answers a root field.
func (w *world) resolve(c Caller, name string, args map[string]any) (any, *Error) {
	in, _ := args["input"].(map[string]any)
	if answer, err, ok := w.ownRides(c, name, args); ok {
		return answer, err
	}
	if answer, err, ok := w.ownTrips(c, name, args); ok {
		return answer, err
	}
	switch name {
	case "terms":
		out := []any{}
		for _, t := range w.terms {
			if v := args["vocabulary"]; v == nil || t.(map[string]any)["vocabulary"] == v {
				out = append(out, t)
			}
		}
		return out, nil
	case "region", "system", "trail", "route", "tip", "rider", "guide", "regionalComparison", "seasonalNotice", "accessPoint", "uplift", "comment", "claim", "factCheck", "review":
		return w.view(name, w.find(name, args)), nil
	case "organisation":
		v, _ := w.view(name, w.find(name, args)).(map[string]any)
		if v == nil {
			return nil, nil
		}
		for _, m := range list(v["belonging"]) {
			if m := m.(map[string]any); c.Sub != "" && m["riderId"] == w.card(c)["id"] {
				v["myRole"] = m["role"]
			}
		}
		return v, nil
	case "regions", "systems", "trails", "routes", "riders", "guides", "regionalComparisons", "organisations", "accessPoints", "uplifts":
		kind := strings.TrimSuffix(name, "s")
		filter, _ := args["filter"].(map[string]any)
		nodes := []any{}
		for _, e := range w.entities[kind] {
			if want := list(filter["systemIds"]); len(want) > 0 && !slices.Contains(list(e["systemIds"]), want[0]) {
				continue
			}
			if want := list(filter["commonLabel"]); len(want) > 0 && !slices.Contains(want, e["commonLabel"]) {
				continue
			}
			if want := list(filter["kind"]); len(want) > 0 && !slices.Contains(want, e["kind"]) {
				continue
			}
			if want := list(filter["type"]); len(want) > 0 && !slices.Contains(want, e["type"]) {
				continue
			}
			nodes = append(nodes, w.view(kind, e))
		}
		return connection(nodes), nil
	case "tips", "claims", "reviews":
		kind := strings.TrimSuffix(name, "s")
		filter, _ := args["filter"].(map[string]any)
		nodes := []any{}
		for _, e := range w.entities[kind] {
			v := w.view(kind, e).(map[string]any)
			if needs := filter["needsChecking"]; needs != nil && needs != v["needsChecking"] {
				continue
			}
			if want := filter["subjectId"]; want == nil || want == e["subjectId"] || slices.Contains(list(want), e["subjectId"]) {
				nodes = append(nodes, v)
			}
		}
		return connection(nodes), nil
	case "discussion":
		return w.discussion(c, args["subjectId"]), nil
	case "flags":
		return w.listFlags(c, args)
	case "watch", "myWatches", "watchedRevisions":
		return w.watched(c, name, args)
	case "me":
		for _, e := range w.entities["rider"] {
			if c.Sub != "" && e["sub"] == c.Sub {
				return w.view("rider", e), nil
			}
		}
		return nil, nil
	case "trailLine":
		id, _ := args["trailId"].(string)
		return w.lines[id], nil
	case "proposalLine":
		return w.proposed[fmt.Sprint(args["proposalId"])], nil
	case "routeLines":
		out := []any{}
		route := w.byID("route", args["routeId"])
		drawn := map[string]bool{}
		for _, l := range list(route["legs"]) {
			id, _ := l.(map[string]any)["trailId"].(string)
			if w.lines[id] != nil && !drawn[id] {
				drawn[id] = true
				out = append(out, w.lines[id])
			}
		}
		if l, ok := w.lines[fmt.Sprint(args["routeId"])].(map[string]any); ok {
			out = append(out, merge(l, map[string]any{"trailId": nil}))
		}
		return out, nil
	case "systemLines":
		out := []any{}
		for _, t := range w.having("trail", "systemIds", args["systemId"]) {
			if l := w.lines[t.(map[string]any)["id"].(string)]; l != nil {
				out = append(out, l)
			}
		}
		return out, nil
	case "export":
		return w.export(args)
	case "discover":
		return w.discover(in)
	case "search":
		return w.search(args), nil
	case "revisions":
		nodes := []any{}
		for _, r := range w.revisions {
			if id := args["entityId"]; id == nil || r.(map[string]any)["entityId"] == id {
				nodes = append(nodes, r)
			}
		}
		return connection(nodes), nil
	case "revisionDiff":
		return w.diff(args), nil
	case "proposals":
		nodes := []any{}
		for _, p := range w.proposals {
			if s := args["state"]; s == nil || p.(map[string]any)["state"] == s {
				nodes = append(nodes, p)
			}
		}
		return connection(nodes), nil
	case "proposal":
		return w.proposal(args["id"]), nil
	case "protections":
		out := []any{}
		for _, p := range w.protections {
			if p["entityId"] == args["entityId"] {
				out = append([]any{p}, out...)
			}
		}
		return out, nil
	case "mergedEntities":
		out := []any{}
		for _, g := range w.merged {
			if g["id"] == args["entityId"] || g["intoId"] == args["entityId"] {
				out = append(out, g)
			}
		}
		return out, nil
	case "backlinks":
		return connection(w.backlinks(args["entityId"])), nil
	case "proposalConflicts":
		p, _ := w.proposal(args["id"]).(map[string]any)
		return list(p["conflicts"]), nil
	}
	if c.Sub == "" {
		return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Mutation"}
	}
	return w.mutate(c, name, in)
}

// export gives a file of two pages for trails with a line. Its text is no GPX: what
// a file looks like is for the tests of package compute.
func (w *world) export(args map[string]any) (any, *Error) {
	id, _ := args["entityId"].(string)
	trail := w.byID("trail", id)
	if trail == nil || w.lines[id] == nil || trail["visibility"] == "NAME_ONLY" {
		return nil, &Error{Type: "NotFound", Message: "Nobody has drawn the line of this trail yet.", Info: map[string]any{"sources": []any{}}}
	}
	out := map[string]any{"fileName": fmt.Sprintf("%s.gpx", trail["slug"]), "mediaType": "application/gpx+xml", "text": fmt.Sprintf("page one of %v, source %v\n", args["format"], args["source"]),
		"licence": "CC-BY-SA-4.0", "attribution": "MTB Wiki contributors", "hasNextPage": true, "endCursor": "1-0123456789ab"}
	if args["after"] != nil {
		out["text"], out["hasNextPage"], out["endCursor"] = fmt.Sprintf("page two, after %v\n", args["after"]), false, nil
	}
	return out, nil
}

func (w *world) proposal(id any) any {
	for _, p := range w.proposals {
		if p.(map[string]any)["id"] == id {
			return p
		}
	}
	return nil
}

func (w *world) mutate(c Caller, name string, in map[string]any) (any, *Error) {
	if answer, err, ok := w.mutateRides(c, name, in); ok {
		return answer, err
	}
	if answer, err, ok := w.mutateTrips(c, name, in); ok {
		return answer, err
	}
	for _, kind := range kinds {
		title := strings.ToUpper(kind[:1]) + kind[1:]
		switch name {
		case "create" + title:
			return w.create(c, kind, in)
		case "update" + title:
			return w.update(c, kind, in)
		case "archive" + title, "restore" + title:
			e := w.byID(kind, in["id"])
			if e == nil {
				return nil, &Error{Type: "NotFound", Message: "There is no such " + kind + "."}
			}
			own := kind == "comment" && e["authorId"] == w.card(c)["id"]
			if !c.moderator() && !own {
				return nil, &Error{Type: "Unauthorized", Message: "Only moderators put pages away."}
			}
			if kind == "comment" {
				e["removed"] = map[bool]any{true: map[bool]string{true: "AUTHOR", false: "MODERATOR"}[own], false: nil}[name[:1] == "a"]
				e["version"] = number(e["version"]) + 1
			}
			e["state"] = map[string]string{"a": "ARCHIVED", "r": "PUBLISHED"}[name[:1]]
			return w.view(kind, e), nil
		}
	}
	switch name {
	case "createFlag":
		for _, f := range w.flags {
			if f["entityId"] == in["entityId"] && f["revisionId"] == in["revisionId"] && f["reporter"].(map[string]any)["sub"] == c.Sub && f["state"] == "OPEN" {
				return nil, &Error{Type: "Conflict", Message: "You have reported this already; a moderator will look at it."}
			}
		}
		w.made++
		f := merge(in, map[string]any{"id": fmt.Sprintf("f0000000-0000-4000-8000-%012d", w.made), "state": "OPEN", "createdAt": now, "reporter": w.card(c), "alike": 0, "revisionId": in["revisionId"]})
		for _, kind := range kinds {
			if e := w.byID(kind, in["entityId"]); e != nil {
				f["entityKind"], f["entityName"] = entityKind(kind), e["name"]
				if e["name"] == nil {
					f["entityName"] = e["body"]
				}
			}
		}
		w.flags = append(w.flags, f)
		return f, nil
	case "resolveFlag":
		if !c.moderator() {
			return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access resolveFlag on type Mutation"}
		}
		for _, f := range w.flags {
			if f["id"] != in["id"] {
				continue
			}
			for _, o := range w.flags {
				if o["id"] == f["id"] || (in["alike"] == true && o["entityId"] == f["entityId"]) {
					o["state"], o["decidedAt"], o["decidedBy"], o["decisionNote"] = in["outcome"], now, w.card(c), in["note"]
				}
			}
			return f, nil
		}
		return nil, &Error{Type: "NotFound", Message: "There is no such report."}
	case "watchEntity", "unwatchEntity":
		list := slices.DeleteFunc(w.watches[c.Sub], func(id any) bool { return id == in["id"] })
		if name == "watchEntity" {
			list = append(list, in["id"])
		}
		w.watches[c.Sub] = list
		return w.watchOf(c, in["id"]), nil
	case "markWatchedSeen":
		w.seen[c.Sub] = fmt.Sprint(in["until"])
		return map[string]any{"id": w.card(c)["id"], "seenUntil": in["until"]}, nil
	case "castVote":
		return w.vote(c, in)
	case "hideRevision", "unhideRevision", "redactRevision", "protectEntity", "unprotectEntity", "purgeEntity", "mergeEntities":
		if !c.moderator() {
			return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Mutation"}
		}
		return w.moderate(c, name, in)
	case "confirmSeasonalNotice":
		e := w.byID("seasonalNotice", in["id"])
		switch {
		case e == nil:
			return nil, &Error{Type: "NotFound", Message: "There is no such notice."}
		case e["authorId"] == w.card(c)["id"]:
			return nil, &Error{Type: "InvalidInput", Message: "You wrote this notice; others confirm it."}
		}
		e["confirmed"] = number(e["confirmed"]) + 1
		return w.view("seasonalNotice", e), nil
	case "declareMembership", "endMembership":
		e, me := w.byID("organisation", in["id"]), w.card(c)["id"]
		if e == nil {
			return nil, &Error{Type: "NotFound", Message: "There is no such organisation."}
		}
		kept := slices.DeleteFunc(slices.Clone(list(e["belonging"])), func(m any) bool { return m.(map[string]any)["riderId"] == me })
		if name == "declareMembership" {
			if len(kept) > 5 {
				return nil, &Error{Type: "InvalidInput", Message: "You can say of at most 10 organisations that you belong to them; leave one first."}
			}
			kept = append(kept, map[string]any{"riderId": me, "role": in["role"]})
		}
		e["belonging"] = kept
		return w.view("organisation", e), nil
	case "setTrailLine":
		e := w.byID("trail", in["id"])
		if e == nil {
			return nil, &Error{Type: "NotFound", Message: "There is no such trail."}
		}
		id := fmt.Sprint(e["id"])
		if w.own(id) && !c.moderator() {
			return nil, &Error{Type: "ProposalRequired", Message: "This trail has a line already.", Info: map[string]any{"fields": []any{"line"}}}
		}
		patch := merge(in, nil)
		delete(patch, "coordinates")
		answer, err := w.update(Caller{Sub: c.Sub, Username: c.Username, Groups: []string{"moderators"}}, "trail", patch)
		if err != nil {
			return nil, err
		}
		w.lines[id] = lineOf(id, fmt.Sprint(in["coordinates"]))
		return answer, nil
	case "revertEntity":
		for _, r := range w.revisions {
			rev := r.(map[string]any)
			if rev["id"] != in["revisionId"] || rev["entityId"] != in["id"] {
				continue
			}
			if _, err := w.update(c, strings.ToLower(fmt.Sprint(rev["entityKind"])), map[string]any{"id": in["id"], "expectedVersion": in["expectedVersion"], "comment": in["comment"]}); err != nil {
				return nil, err
			}
			made := w.revisions[0].(map[string]any)
			made["kind"], made["previousId"] = "REVERT", rev["id"]
			return made, nil
		}
		return nil, &Error{Type: "NotFound", Message: "There is no such revision of it."}
	case "createProposal":
		w.made++
		p := map[string]any{
			"id": fmt.Sprintf("90000000-0000-4000-8000-%012d", w.made), "entityId": in["entityId"], "baseVersion": in["baseVersion"], "patch": in["patch"],
			"lang": "en", "state": "OPEN", "comment": in["comment"], "createdAt": now, "outdated": false, "leftOut": []any{}, "author": w.card(c), "entityKind": "TRAIL", "entityName": "?",
		}
		for _, kind := range kinds {
			if e := w.byID(kind, in["entityId"]); e != nil {
				p["entityKind"], p["entityName"] = entityKind(kind), e["name"]
			}
		}
		var patch map[string]json.RawMessage
		if err := json.Unmarshal([]byte(fmt.Sprint(in["patch"])), &patch); err == nil && patch["line"] != nil {
			line := lineOf(fmt.Sprint(in["entityId"]), string(patch["line"]))
			w.proposed[fmt.Sprint(p["id"])] = line
			fingerprint, err := json.Marshal(map[string]any{"pointCount": line["pointCount"], "sha256": strings.Repeat("0", 64)})
			if err != nil {
				return nil, &Error{Type: "InternalError", Message: err.Error()}
			}
			patch["line"] = fingerprint
			short, err := json.Marshal(patch)
			if err != nil {
				return nil, &Error{Type: "InternalError", Message: err.Error()}
			}
			p["patch"] = string(short)
		}
		w.proposals = append([]any{p}, w.proposals...)
		return p, nil
	case "acceptProposal", "rejectProposal", "withdrawProposal":
		p, ok := w.proposal(in["id"]).(map[string]any)
		if !ok {
			return nil, &Error{Type: "NotFound", Message: "There is no such proposal."}
		}
		if name != "withdrawProposal" && !c.moderator() {
			return nil, &Error{Type: "Unauthorized", Message: "Not Authorized to access " + name + " on type Mutation"}
		}
		state := map[string]string{"acceptProposal": "ACCEPTED", "rejectProposal": "REJECTED", "withdrawProposal": "WITHDRAWN"}[name]
		for _, f := range list(p["conflicts"]) {
			if name := f.(map[string]any)["field"]; state == "ACCEPTED" && !slices.Contains(list(in["keep"]), name) && !slices.Contains(list(in["overwrite"]), name) {
				return nil, &Error{Type: "Conflict", Message: fmt.Sprintf("Changed by others since the proposal was made: %v.", name)}
			}
		}
		p["state"], p["leftOut"], p["conflicts"] = state, list(in["keep"]), nil
		p["decidedAt"], p["decisionNote"] = now, in["note"]
		return p, nil
	}
	return nil, &Error{Type: "InternalError", Message: "fakeapi does not know " + name}
}

// moderate is what moderators decide.
func (w *world) moderate(c Caller, name string, in map[string]any) (any, *Error) {
	switch name {
	case "hideRevision", "unhideRevision", "redactRevision":
		for i, r := range w.revisions {
			rev := r.(map[string]any)
			switch {
			case rev["id"] != in["id"]:
			case i == 0 && name != "unhideRevision":
				return nil, &Error{Type: "Conflict", Message: "This version is what the page says now."}
			case name == "unhideRevision":
				rev["redactedReason"], rev["hidden"] = nil, false
				return rev, nil
			default:
				rev["redactedReason"], rev["hidden"] = in["reason"], name == "hideRevision"
				return rev, nil
			}
		}
		return nil, &Error{Type: "NotFound", Message: "There is no such revision."}
	case "protectEntity", "unprotectEntity":
		for _, p := range w.protections {
			if p["entityId"] == in["id"] {
				p["active"], p["liftedAt"], p["liftedBy"] = false, now, w.card(c)
			}
		}
		if name == "unprotectEntity" {
			return map[string]any{"id": in["id"]}, nil
		}
		w.made++
		p := map[string]any{"id": fmt.Sprint("p", w.made), "entityId": in["id"], "active": true, "until": in["until"], "reason": in["reason"], "protectedBy": w.card(c), "protectedAt": now, "liftedAt": nil, "liftedBy": nil}
		w.protections = append(w.protections, p)
		return p, nil
	}
	for _, kind := range kinds {
		id := in["id"]
		if name == "mergeEntities" {
			id = in["fromId"]
		}
		e := w.byID(kind, id)
		if e == nil {
			continue
		}
		if name == "purgeEntity" {
			if e["state"] != "ARCHIVED" {
				return nil, &Error{Type: "InvalidInput", Message: "Put this page away first."}
			}
			w.entities[kind] = slices.DeleteFunc(w.entities[kind], func(x map[string]any) bool { return x["id"] == id })
			return map[string]any{"id": id, "entityKind": entityKind(kind), "emptied": 1}, nil
		}
		into := w.byID(kind, in["intoId"])
		if into == nil {
			return nil, &Error{Type: "NotFound", Message: "There is no such page."}
		}
		gone := map[string]any{"id": id, "entityKind": entityKind(kind), "name": e["name"], "intoId": into["id"], "intoName": into["name"], "intoSlug": into["slug"], "mergedAt": now, "mergedBy": w.card(c), "comment": in["comment"]}
		w.merged = append(w.merged, gone)
		w.entities[kind] = slices.DeleteFunc(w.entities[kind], func(x map[string]any) bool { return x["id"] == id })
		into["oldSlug"] = e["slug"]
		return gone, nil
	}
	return nil, &Error{Type: "NotFound", Message: "There is nothing with this id."}
}

// backlinks are entities that name one in a list of ids or in a leg.
func (w *world) backlinks(id any) []any {
	out := []any{}
	for _, kind := range []string{"guide", "route"} {
		for _, e := range w.entities[kind] {
			named := slices.Contains(list(e["routeIds"]), id)
			for _, l := range list(e["legs"]) {
				named = named || l.(map[string]any)["trailId"] == id
			}
			if named {
				out = append(out, map[string]any{"entityKind": entityKind(kind), "entityId": e["id"], "slug": e["slug"], "name": e["name"], "fields": []any{"legs"}})
			}
		}
	}
	return out
}

// card is the caller's own rider, made when there is none.
func (w *world) card(c Caller) map[string]any {
	for _, e := range w.entities["rider"] {
		if e["sub"] == c.Sub {
			return e
		}
	}
	w.made++
	e := w.complete("rider", map[string]any{"id": fmt.Sprintf("80000000-0000-4000-8000-%012d", w.made), "slug": strings.ToLower(c.Username), "name": c.Username, "sub": c.Sub, "version": 1.0})
	w.entities["rider"] = append(w.entities["rider"], e)
	return e
}

func (w *world) create(c Caller, kind string, in map[string]any) (any, *Error) {
	me := w.card(c)
	if kind == "rider" {
		return w.update(c, "rider", merge(in, map[string]any{"id": me["id"], "expectedVersion": me["version"]}))
	}
	w.made++
	e := merge(in, map[string]any{"id": fmt.Sprintf("70000000-0000-4000-8000-%012d", w.made), "version": 1.0, "createdAt": now, "updatedAt": now})
	delete(e, "comment")
	switch kind {
	case "factCheck":
		if w.byID("claim", in["subjectId"])["authorId"] == me["id"] {
			return nil, &Error{Type: "InvalidInput", Message: "You stated this; others check it. You can correct it."}
		}
		e["authorId"], e["synthetic"] = me["id"], false
	case "review":
		for _, other := range w.entities[kind] {
			if other["authorId"] == me["id"] && other["subjectId"] == in["subjectId"] {
				return nil, &Error{Type: "Conflict", Message: "You have reviewed this trail already; change that review instead.", Info: map[string]any{"id": other["id"]}}
			}
		}
		e["authorId"], e["synthetic"] = me["id"], false
	case "seasonalNotice", "claim":
		e["authorId"], e["synthetic"] = me["id"], false
	case "comment":
		e["authorId"], e["synthetic"] = me["id"], false
		if root := w.byID("comment", e["replyToId"]); root != nil && root["state"] == "ARCHIVED" {
			return nil, &Error{Type: "Archived", Message: "The comment that you answer was taken away."}
		}
	case "tip":
		e["authorId"], e["synthetic"] = me["id"], false
		if strings.Contains(fmt.Sprint(in["body"]), "http://") {
			return nil, &Error{Type: "InvalidInput", Message: "A tip holds no links.", Info: map[string]any{"field": "body"}}
		}
	default:
		e["slug"] = strings.ReplaceAll(strings.ToLower(fmt.Sprint(in["name"])), " ", "-")
	}
	w.entities[kind] = append(w.entities[kind], w.complete(kind, e))
	return w.view(kind, e), nil
}

func merge(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// editing are the members of an edit that are no fields.
var editing = map[string]bool{"id": true, "expectedVersion": true, "comment": true, "lang": true, "merge": true}

func at(id, version any) string { return fmt.Sprint(id, "@", version) }

// keep remembers an entity as it is before it changes.
func (w *world) keep(e map[string]any) { w.was[at(e["id"], e["version"])] = merge(e, nil) }

func (w *world) update(c Caller, kind string, in map[string]any) (any, *Error) {
	e := w.byID(kind, in["id"])
	if e == nil {
		return nil, &Error{Type: "NotFound", Message: "There is no such " + kind + "."}
	}
	if fmt.Sprint(e["version"]) != fmt.Sprint(in["expectedVersion"]) {
		fields, sides := []any{}, []any{}
		base := w.was[at(e["id"], in["expectedVersion"])]
		for _, k := range slices.Sorted(maps.Keys(in)) {
			v := in[k]
			if !editing[k] && fmt.Sprint(base[k]) != fmt.Sprint(e[k]) && fmt.Sprint(v) != fmt.Sprint(e[k]) {
				fields, sides = append(fields, k), append(sides, map[string]any{"field": k, "base": base[k], "theirs": e[k], "yours": v, "cut": false})
			}
		}
		if in["merge"] != true || len(fields) > 0 {
			return nil, &Error{Type: "Conflict", Message: "It was changed meanwhile.", Info: map[string]any{"currentVersion": e["version"], "expectedVersion": in["expectedVersion"], "fields": fields, "sides": sides}}
		}
	}
	for _, p := range w.protections {
		if p["entityId"] == e["id"] && p["active"] == true && !c.moderator() {
			return nil, &Error{Type: "Protected", Message: fmt.Sprintf("This %s is protected until %v; propose the change instead.", kind, p["until"])}
		}
	}
	if !c.moderator() {
		var held []any
		for _, f := range careful[kind] {
			if v, there := in[f]; there && fmt.Sprint(v) != fmt.Sprint(e[f]) {
				held = append(held, f)
			}
		}
		if held != nil {
			return nil, &Error{Type: "ProposalRequired", Message: "These fields need review.", Info: map[string]any{"fields": held}}
		}
	}
	if f, ok := in["flow"].(float64); ok && f > 5 {
		return nil, &Error{Type: "InvalidInput", Message: "Flow goes from 0 to 5.", Info: map[string]any{"constraint": "trail_flow_check", "field": "flow"}}
	}
	w.keep(e)
	for k, v := range in {
		switch {
		case editing[k]:
		default:
			if v == nil && e[k] != nil {
				if _, isList := e[k].([]any); isList {
					v = []any{}
				}
			}
			e[k] = v
		}
	}
	version, _ := e["version"].(float64)
	e["version"], e["updatedAt"] = version+1, now
	w.made++
	w.revisions = append([]any{map[string]any{
		"id": fmt.Sprintf("60000000-0000-4000-8000-%012d", w.made), "entityKind": entityKind(kind), "entityId": e["id"], "number": version + 1, "kind": "EDIT",
		"author": w.card(c), "createdAt": now, "comment": in["comment"], "size": 900, "licence": "CC-BY-SA-4.0", "hidden": false,
	}}, w.revisions...)
	return w.view(kind, e), nil
}

// FewTrails makes a system's nested list of trails end after so many, as the
// API's ends after 60.
func (s *Server) FewTrails(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.fewTrails = n
}

// Touch changes an entity as another rider would, so that the next edit from an
// older version is a conflict.
func (s *Server) Touch(ref string, fields map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kind := range kinds {
		if e := s.world.find(kind, map[string]any{"id": ref, "slug": ref}); e != nil {
			s.world.keep(e)
			for k, v := range fields {
				e[k] = v
			}
			version, _ := e["version"].(float64)
			e["version"] = version + 1
		}
	}
}

func (w *world) discover(in map[string]any) (any, *Error) {
	if fmt.Sprint(in["days"]) == "13" {
		return nil, &Error{Type: "InvalidInput", Message: "Thirteen days bring bad luck here."}
	}
	suggestions, openData, undescribed := []any{}, []any{}, []any{}
	for i, e := range w.entities["system"] {
		if ids := list(in["regionIds"]); len(ids) > 0 && !slices.Contains(list(e["regionIds"]), ids[0]) {
			continue
		}
		if e["status"] == "STUB" {
			trails := []any{}
			for _, t := range w.having("trail", "systemIds", e["id"]) {
				trails = append(trails, map[string]any{"trail": t, "lengthM": 1234.0, "climbM": nil, "label": map[string]any{"system": "osm", "label": "2", "statedBy": "OpenStreetMap"}})
			}
			openData = append(openData, map[string]any{
				"system": e, "distanceKm": nil, "trails": trails,
				"reasons":  []any{map[string]any{"text": "By OpenStreetMap, 12 km of singletrack and doubletrack.", "facts": []any{"trails"}}},
				"concerns": []any{},
				"sources":  []any{map[string]any{"title": "OpenStreetMap", "attribution": "© OpenStreetMap contributors", "licence": "ODbL-1.0", "url": "https://www.openstreetmap.org/copyright"}},
			})
			undescribed = append(undescribed, e)
			continue
		}
		routes := w.having("route", "systemIds", e["id"])
		var distance any
		if in["near"] != nil {
			distance = 42.5 + float64(i)*31
		}
		suggestions = append(suggestions, map[string]any{
			"system": e, "score": 84.0 - 13*float64(i), "distanceKm": distance, "daysRecommended": 3 - i, "routes": routes[:min(2, len(routes))],
			"parts": []any{
				map[string]any{"name": "season", "points": 24.0 - 6*float64(i), "of": 25.0}, map[string]any{"name": "style", "points": 22.0, "of": 25.0},
				map[string]any{"name": "skill", "points": 21.0 - 7*float64(i), "of": 25.0}, map[string]any{"name": "fitness", "points": 9.0, "of": 15.0}, map[string]any{"name": "knowledge", "points": 8.0, "of": 10.0},
			},
			"reasons": []any{
				map[string]any{"text": "October is a month to go: dry and cool, says the season table.", "facts": []any{"season"}},
				map[string]any{"text": "Marked 5 of 5 for flow and 4 of 5 for trail riding.", "facts": []any{"styleMarks"}},
			},
			"concerns": []any{map[string]any{"text": "Nobody has said whether e-bikes may ride here.", "facts": []any{"access"}}},
			"timing":   "Come in the second half of October: the larches turn, the lift still runs.",
		})
	}
	return map[string]any{"suggestions": suggestions, "openData": openData, "undescribed": undescribed, "considered": len(w.entities["system"])}, nil
}

func (w *world) search(args map[string]any) any {
	q := strings.ToLower(fmt.Sprint(args["query"]))
	nodes := []any{}
	for _, kind := range []string{"region", "system", "trail", "route", "guide", "accessPoint", "uplift"} {
		if want := list(args["kinds"]); len(want) > 0 && !slices.Contains(want, any(entityKind(kind))) {
			continue
		}
		for _, e := range w.entities[kind] {
			name := fmt.Sprint(e["name"])
			if i := strings.Index(strings.ToLower(name), q); i >= 0 {
				nodes = append(nodes, map[string]any{"kind": entityKind(kind), "id": e["id"], "slug": e["slug"], "title": name,
					"snippet": name[:i] + "«" + name[i:i+len(q)] + "»" + name[i+len(q):] + " <b>not bold</b>", "score": 0.7, "synthetic": e["synthetic"],
					"trail": map[bool]any{true: e}[kind == "trail"]})
			}
		}
	}
	return connection(nodes)
}

func (w *world) diff(args map[string]any) any {
	for _, r := range w.revisions {
		rev := r.(map[string]any)
		if rev["id"] != args["id"] {
			continue
		}
		var from any
		for _, o := range w.revisions {
			if o.(map[string]any)["id"] == rev["previousId"] && rev["previousId"] != nil {
				from = o
			}
		}
		if before, _ := from.(map[string]any); rev["redactedReason"] != nil || before["redactedReason"] != nil {
			return map[string]any{"from": from, "to": rev, "changes": []any{}}
		}
		return map[string]any{"from": from, "to": rev, "changes": []any{
			map[string]any{"field": "description", "label": "Description", "before": "A fast trail through larches.", "after": "A fast, loose trail through old larches.", "words": []any{
				map[string]any{"kind": "SAME", "text": "A "}, map[string]any{"kind": "REMOVED", "text": "fast trail"}, map[string]any{"kind": "ADDED", "text": "fast, loose trail"},
				map[string]any{"kind": "SAME", "text": " through "}, map[string]any{"kind": "ADDED", "text": "old "}, map[string]any{"kind": "SAME", "text": "larches."},
			}},
			map[string]any{"field": "gates", "label": "Gates", "before": nil, "after": "2", "words": []any{}},
		}}
	}
	return nil
}

// draw gives the trails invented lines in the open ocean, always the same.
func (w *world) draw() {
	for i, t := range w.entities["trail"] {
		if t["noLine"] == true {
			continue
		}
		const n = 160
		coordinates := make([][]float64, n)
		length, _ := t["lengthM"].(float64)
		if length == 0 {
			length = 2400
		}
		climb, _ := t["climbM"].(float64)
		drop, _ := t["descentM"].(float64)
		lat, lon := -47.5+0.004*float64(i%3), -139.5+0.0035*float64(i)
		heading := 0.9*float64(i) + 0.5
		for k := range n {
			u := float64(k) / float64(n-1)
			bend := math.Sin(u*math.Pi*(3+float64(i%3)))*0.9 + 0.5*math.Sin(u*23+float64(i))
			lat += length / n / 111195 * math.Cos(heading+bend)
			lon += length / n / 111195 / math.Cos(47.5*math.Pi/180) * math.Sin(heading+bend)
			height := 620 + climb*u - drop*u + 14*math.Sin(u*17+float64(i)) + 26*math.Sin(u*math.Pi*2)*(1+float64(i%2)) + 5*math.Sin(u*61)
			coordinates[k] = []float64{round(lon, 6), round(lat, 6), round(height, 1)}
		}
		raw, err := json.Marshal(coordinates)
		if err != nil {
			panic(err) // finite numbers always marshal
		}
		line := lineOf(t["id"].(string), string(raw))
		line["pointCount"], line["simplified"] = 812, true
		w.lines[t["id"].(string)] = line
	}
}

// lineOf is a line of the wiki's own.
func lineOf(trail, coordinates string) map[string]any {
	var points []any
	if err := json.Unmarshal([]byte(coordinates), &points); err != nil {
		panic(fmt.Sprintf("fakeapi: coordinates %.60q: %v", coordinates, err))
	}
	return map[string]any{"trailId": trail, "source": nil, "attribution": nil, "licence": nil, "pointCount": len(points), "simplified": false,
		"coordinates": coordinates, "breaks": []any{}, "hasNextPage": false, "endCursor": nil}
}

func (w *world) own(trail string) bool {
	l, ok := w.lines[trail].(map[string]any)
	return ok && l["source"] == nil
}

// OpenLine gives a trail or a route a line of open data.
func (s *Server) OpenLine(id, coordinates string, breaks ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.lines[id] = merge(lineOf(id, coordinates), map[string]any{"source": "testdata", "attribution": "© Testers", "licence": "ODbL-1.0", "breaks": append([]any{}, breaks...)})
}

// NoLine takes a trail's line away.
func (s *Server) NoLine(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.world.lines, id)
}

// Line is the line of a trail, nil when it has none.
func (s *Server) Line(id string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, _ := s.world.lines[id].(map[string]any)
	return l
}

func round(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}
