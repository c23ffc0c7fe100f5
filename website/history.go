package website

import (
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type historyPage struct {
	Page
	Kind      string
	Head      head
	Whole     bool // of the whole wiki
	Revisions []entity.Revision
	// Protections and Merged tell what else happened to the page; Of names a duplicate whose
	// history this is.
	Protections []entity.Protection
	Merged      []entity.MergedEntity
	Of          *entity.MergedEntity
	// Back holds the revisions, by id, that the reader may make the page say again.
	Back  map[string]bool
	Total string
	Next  string
}

func (s *Site) history(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	var of *entity.MergedEntity
	if errors.Is(err, errNotFound) {
		// The history of a duplicate is read on when the page itself isn't.
		if of, err = r.mergedInto(r.PathValue("slug")); err == nil && of == nil {
			err = errNotFound
		}
		if of != nil {
			h = head{ID: of.ID, Name: of.Name, State: string(entity.EntityStateArchived)}
		}
	}
	if err != nil {
		return err
	}
	p := &historyPage{Page: r.editFrame(k, h, "History of "+h.Title()), Kind: k.Path, Head: h, Of: of}
	return r.revisions(p, h.ID, "/"+k.Path+"/"+ref(h.Slug, h.ID)+"/history")
}

func (s *Site) changes(r *request) error {
	p := &historyPage{Page: r.newPage("Recent changes", "What riders wrote lately.", Crumb{"Home", "/"}), Whole: true}
	p.Section, p.NoIndex = "changes", true
	return r.revisions(p, "", "/changes")
}

func (r *request) revisions(p *historyPage, id, path string) error {
	v := map[string]any{}
	if id != "" {
		v["id"] = id
	}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 500)
	}
	var answer struct {
		Revisions      gql.Connection[entity.Revision]
		Protections    []entity.Protection
		MergedEntities []entity.MergedEntity
	}
	operation := "PageHistory"
	if p.Whole {
		operation = "History"
	}
	if err := r.do(operation, v, &answer); err != nil {
		return err
	}
	c := answer.Revisions
	p.Protections = answer.Protections
	for i, m := range answer.MergedEntities {
		if m.ID == id {
			p.Of = &answer.MergedEntities[i]
		} else {
			p.Merged = append(p.Merged, m)
		}
	}
	may := false
	if !p.Whole {
		k := editKinds[p.Kind]
		var err error
		if may, err = r.mayGoBack(k.Kind, p.Head); err != nil {
			return err
		}
	}
	if p.Back = map[string]bool{}; may {
		// The newest of the facts, and of the texts in a language, is what the page says.
		said := map[string]bool{}
		for i, rev := range c.Nodes {
			chain := text(rev.Lang)
			p.Back[rev.ID] = said[chain] && canGoBack(p.Head, &c.Nodes[i])
			said[chain] = true
		}
	}
	p.Revisions, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "change", "changes")
	if c.PageInfo.HasNextPage {
		p.Next = path + "?after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(http.StatusOK, "history.html", p)
}

type revisionPage struct {
	Page
	Diff    *entity.RevisionDiff
	Changes []fieldDiff
	Head    head
	Kind    string
	// Back: the reader may make the page say this version again. Whether it still
	// is what the page says, only the API knows.
	Back bool
	// Asked: he came to do so.
	Asked         bool
	Note, Problem string
	// Hidden tells that there is nothing to compare: a side is hidden or was taken out.
	Hidden bool
	// Hide and Unhide: the moderator may do so; Redact: the admin may.
	Hide, Unhide, Redact bool
}

// fieldDiff is a changed field for people: of a list, what went and what came.
type fieldDiff struct {
	entity.FieldChange
	Gone, Come []string
	// Kept is how many members of a list are as they were.
	Kept int
}

func diffOf(f entity.Field, c entity.FieldChange) fieldDiff {
	out := fieldDiff{FieldChange: c}
	if len(f.Values) > 0 {
		out.Gone, out.Come = codesOf(c.Before), codesOf(c.After)
		return out
	}
	if c.Field == "line" {
		out.Label, out.Gone, out.Come = "Line", lineOf(c.Before), lineOf(c.After)
		return out
	}
	before, list1 := membersOf(c.Before)
	after, list2 := membersOf(c.After)
	if !list1 && !list2 {
		out.Gone, out.Come = withUnit(f, before), withUnit(f, after)
		return out
	}
	left := map[string]int{}
	for _, m := range after {
		left[m]++
	}
	for _, m := range before {
		if left[m] > 0 {
			left[m]--
			out.Kept++
		} else {
			out.Gone = append(out.Gone, m)
		}
	}
	there := map[string]int{}
	for _, m := range before {
		there[m]++
	}
	for _, m := range after {
		if there[m] > 0 {
			there[m]--
		} else {
			out.Come = append(out.Come, m)
		}
	}
	return out
}

// withUnit says what a number is of: a history shows what was stored, in the unit that it
// is stored in.
func withUnit(f entity.Field, values []string) []string {
	unit := map[string]string{"cm": " cm", "m": " m", "min": " min", "percent": " %"}[f.Unit]
	for i, v := range values {
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			values[i] = v + unit
		}
	}
	return values
}

// codesOf are members of an enum in words.
func codesOf(value *string) (words []string) {
	if value == nil {
		return nil
	}
	for code := range strings.SplitSeq(*value, ", ") {
		words = append(words, word(code))
	}
	return words
}

// lineOf is what a revision keeps of a line, in words.
func lineOf(value *string) []string {
	var v map[string]any
	if value == nil || json.Unmarshal([]byte(*value), &v) != nil {
		return nil
	}
	return []string{lineWords(true, v)}
}

// membersOf are the members of a list of objects, or the one value, in words.
func membersOf(value *string) (members []string, list bool) {
	if value == nil {
		return nil, false
	}
	var v any
	if s := strings.TrimSpace(*value); !strings.HasPrefix(s, "[") && !strings.HasPrefix(s, "{") || json.Unmarshal([]byte(s), &v) != nil {
		return []string{readable(*value)}, false
	}
	objects, list := v.([]any)
	if !list {
		return []string{readable(v)}, false
	}
	for _, o := range objects {
		members = append(members, readable(o))
	}
	return members, true
}

// mayGoBack tells whether the reader may edit the page at all; which of its fields,
// the API says.
func (r *request) mayGoBack(kind entity.EntityKind, h head) (bool, error) {
	if r.session == nil || h.Version == 0 {
		return false, nil
	}
	if r.session.moderator() && kind != entity.EntityKindComment {
		return true, nil
	}
	owner := ""
	switch kind {
	case entity.EntityKindRegion:
		return false, nil
	case entity.EntityKindRider:
		owner = h.ID
	case entity.EntityKindTip, entity.EntityKindComment, entity.EntityKindMedia:
		if h.Author != nil {
			owner = h.Author.ID
		}
	default:
		return true, nil
	}
	var me struct{ Me *head }
	if err := r.do("Me", nil, &me); err != nil {
		return false, err
	}
	return me.Me != nil && me.Me.ID == owner, nil
}

// canGoBack tells whether there is something to go back to.
func canGoBack(h head, rev *entity.Revision) bool {
	return h.State != string(entity.EntityStateArchived) && h.State != string(entity.EntityStateTakenDown) && rev.RedactedReason == nil && rev.Number < h.Version
}

func (s *Site) revision(r *request) error { return r.revisionPage(http.StatusOK, "", "") }

func (r *request) revisionPage(status int, note, problem string) error {
	id := r.PathValue("id")
	if !isID(id) {
		return errNotFound
	}
	v := map[string]any{"id": id}
	if from := r.URL.Query().Get("from"); from != "" {
		if !isID(from) {
			return errNotFound
		}
		v["fromId"] = from
	}
	var answer struct{ RevisionDiff *entity.RevisionDiff }
	if err := r.do("RevisionDiff", v, &answer); err != nil {
		return err
	}
	d := answer.RevisionDiff
	if d == nil {
		return errNotFound
	}
	p := &revisionPage{Diff: d, Kind: kindPath(d.To.EntityKind), Note: note, Problem: problem}
	description, _ := entity.Describe(string(d.To.EntityKind))
	for _, c := range d.Changes {
		f, _ := description.Field(c.Field)
		p.Changes = append(p.Changes, diffOf(f, c))
	}
	h, err := r.headOf(d.To.EntityKind, d.To.EntityID)
	if err != nil {
		return err
	}
	p.Head = h
	k := editKind{Path: p.Kind}
	p.Page = r.editFrame(k, h, "Change of "+h.Title())
	may, err := r.mayGoBack(d.To.EntityKind, h)
	if err != nil {
		return err
	}
	p.Back = may && canGoBack(h, &d.To)
	p.Hidden = d.To.RedactedReason != nil || d.From != nil && d.From.RedactedReason != nil
	if r.session.moderator() {
		taken := d.To.RedactedReason != nil && !d.To.Hidden
		p.Hide, p.Unhide, p.Redact = d.To.RedactedReason == nil, d.To.Hidden, r.session.admin() && !taken
	}
	p.Asked = r.URL.Query().Has("back") || problem != ""
	return r.render(status, "revision.html", p)
}

// revert makes the page say again what a version of it said; whether the rider
// may, the API says.
func (s *Site) revert(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	id := r.PathValue("id")
	if !isID(id) {
		return errNotFound
	}
	if err := r.form(); err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	entityID := r.PostForm.Get("entity")
	if err != nil || !isID(entityID) {
		return badRequest("The form is not complete", "It does not say what it was made from. Open the page again.")
	}
	note := clip(strings.TrimSpace(r.PostForm.Get("comment")), 500)
	in := map[string]any{"id": entityID, "expectedVersion": version, "revisionId": id}
	if note != "" {
		in["comment"] = note
	}
	var answer struct{ RevertEntity *entity.Revision }
	if err := r.do("RevertEntity", map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil {
			return err
		}
		switch e.Type {
		case "Conflict":
			return r.revisionPage(http.StatusConflict, note, "The page has changed since you opened this. Look at its history again before you go back.")
		case "InvalidInput", "ProposalRequired", "Protected":
			return r.revisionPage(http.StatusUnprocessableEntity, note, e.Message)
		}
		return err
	}
	if answer.RevertEntity == nil {
		return errNotFound
	}
	if answer.RevertEntity.Number == version {
		return r.redirect("/revisions/" + id + "?done=unchanged")
	}
	return r.redirect("/revisions/" + answer.RevertEntity.ID + "?done=reverted")
}

// headOf reads the name of an entity; one that may not be read any more keeps
// its id.
func (r *request) headOf(kind entity.EntityKind, id string) (head, error) {
	k, ok := editKinds[kindPath(kind)]
	if !ok {
		return head{ID: id, Name: word(kind)}, nil
	}
	h, _, err := r.load(k, id)
	if gql.TypeOf(err) != "" || errors.Is(err, errNotFound) {
		return head{ID: id, Name: word(kind)}, nil
	}
	return h, err
}

type proposalsPage struct {
	Page
	Head      *head
	Kind      string
	State     string
	States    []entity.ProposalState
	Proposals []entity.Proposal
	Total     string
	Next      string
}

// proposals lists what waits: one's own, or all for moderators.
func (s *Site) proposals(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p := &proposalsPage{Page: r.newPage("Proposals", "", Crumb{"Home", "/"})}
	p.Section = "proposals"
	return r.listProposals(p, "", "/proposals")
}

func (s *Site) entityProposals(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	p := &proposalsPage{Page: r.editFrame(k, h, "Proposals for "+h.Title()), Head: &h, Kind: k.Path}
	return r.listProposals(p, h.ID, "/"+k.Path+"/"+ref(h.Slug, h.ID)+"/proposals")
}

func (r *request) listProposals(p *proposalsPage, id, path string) error {
	p.NoIndex, p.States = true, entity.ProposalStateValues
	v := map[string]any{}
	if id != "" {
		v["id"] = id
	}
	for _, state := range entity.ProposalStateValues {
		if r.URL.Query().Get("state") == string(state) {
			p.State = string(state)
			v["state"] = state
		}
	}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 500)
	}
	var answer struct {
		Proposals gql.Connection[entity.Proposal]
	}
	if err := r.do("Proposals", v, &answer); err != nil {
		return err
	}
	c := answer.Proposals
	p.Proposals, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "proposal", "proposals")
	if c.PageInfo.HasNextPage {
		p.Next = path + "?state=" + queryEscape(p.State) + "&after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(http.StatusOK, "proposals.html", p)
}

type proposalPage struct {
	Page
	Proposal *entity.Proposal
	Head     head
	Kind     string
	Fields   []proposedField
	Open     bool
	Mine     bool
	Note     string
	Problem  string
	// Clashes is how many fields others changed meanwhile to something else.
	Clashes int
	// Map shows a proposed line over the one there is.
	Map template.HTML
	Key lineKey
	// Length is of the proposed line as drawn, a little less than in truth.
	Length float64
}

type proposedField struct {
	Name, Label, Now, Proposed string
	Careful                    bool
	// Clash: others changed it meanwhile to something else; Base is what stood there.
	Clash bool
	Base  string
	// LeftOut: the moderator left it as it was.
	LeftOut bool
}

func (s *Site) proposal(r *request) error { return r.proposalPage(http.StatusOK, "", "") }

func (r *request) proposalPage(status int, note, problem string) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	id := r.PathValue("id")
	if !isID(id) {
		return errNotFound
	}
	var answer struct {
		Proposal          *entity.Proposal
		ProposalConflicts []entity.FieldConflict
	}
	if err := r.do("Proposal", map[string]any{"id": id}, &answer); err != nil {
		return err
	}
	one := answer.Proposal
	if one == nil {
		return errNotFound
	}
	k, ok := editKinds[kindPath(one.EntityKind)]
	if !ok {
		return errNotFound
	}
	h, now, err := r.load(k, one.EntityID)
	if err != nil {
		return err
	}
	var patch map[string]any
	if err := json.Unmarshal([]byte(one.Patch), &patch); err != nil {
		return err
	}
	p := &proposalPage{Page: r.editFrame(k, h, "Proposal for "+h.Title()), Proposal: one, Head: h, Kind: k.Path, Note: note, Problem: problem}
	p.Open = one.State == entity.ProposalStateOpen || one.State == entity.ProposalStateHeld
	m, err := r.model(k, h)
	if err != nil {
		return err
	}
	clashes := map[string]entity.FieldConflict{}
	for _, c := range answer.ProposalConflicts {
		clashes[c.Field] = c
		p.Clashes++
	}
	for name, value := range patch {
		clash, both := clashes[name]
		leftOut := slices.Contains(one.LeftOut, name)
		if name == "line" {
			p.Fields = append(p.Fields, proposedField{Name: name, Label: "Line", Now: lineWords(now["hasLine"], nil), Proposed: lineWords(value != nil, value), Careful: true, Clash: both, Base: "another line", LeftOut: leftOut})
			if err := r.drawProposed(p, one); err != nil {
				return err
			}
			continue
		}
		f, known := m.description.Field(name)
		if !known {
			f = entity.Field{Label: name}
		}
		field := proposedField{Name: name, Label: f.Label, Now: m.say(f, now[name]), Proposed: m.say(f, value), Careful: f.Careful, Clash: both, LeftOut: leftOut}
		if both {
			var base any
			if err := json.Unmarshal([]byte(jsonOr(clash.Base, "null")), &base); err != nil {
				return err
			}
			field.Base = m.say(f, base)
			if clash.Cut {
				field.Base = "see the page’s history"
			}
		}
		p.Fields = append(p.Fields, field)
	}
	sort.Slice(p.Fields, func(i, j int) bool { return p.Fields[i].Label < p.Fields[j].Label })
	if one.Author != nil {
		var me struct{ Me *entity.Rider }
		if _, err := r.read("Me", nil, &me); err != nil {
			return err
		}
		p.Mine = me.Me != nil && me.Me.ID == one.Author.ID
	}
	return r.render(status, "proposal.html", p)
}

func jsonOr(v *entity.JSON, otherwise string) string {
	if v == nil {
		return otherwise
	}
	return string(*v)
}

// lineWords says what a proposal keeps of a line.
func lineWords(there, said any) string {
	if there != true {
		return "none"
	}
	if m, ok := said.(map[string]any); ok {
		if n, ok := m["pointCount"].(float64); ok {
			return "a line of " + plural(int(n), "point", "points")
		}
	}
	return "a line"
}

// drawProposed draws the line that a proposal would give its trail, while it
// waits, over the one there is.
func (r *request) drawProposed(p *proposalPage, one *entity.Proposal) error {
	var answer struct{ ProposalLine, TrailLine *entity.TrailLine }
	if err := r.do("ProposalLine", map[string]any{"id": one.ID, "trailId": one.EntityID}, &answer); err != nil {
		return err
	}
	if answer.ProposalLine == nil {
		return nil
	}
	chart := draw.Chart{Title: "Map of the proposed line for " + p.Head.Title()}
	if answer.TrailLine != nil {
		old := r.mapLines([]entity.TrailLine{*answer.TrailLine})
		for _, l := range old {
			track := l.track()
			track.Name = "The line there is"
			chart.Tracks = append(chart.Tracks, track)
		}
		p.Key = keyOf(old)
	}
	for _, l := range r.mapLines([]entity.TrailLine{*answer.ProposalLine}) {
		track := l.track()
		track.Name, track.Main = "The proposed line", true
		chart.Tracks = append(chart.Tracks, track)
		p.Length = track.Line.Length()
	}
	p.Map = r.drawMap(chart)
	return nil
}

// decideProposal accepts, rejects or withdraws; whether the rider may, the API
// says.
func (s *Site) decideProposal(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	id := r.PathValue("id")
	if !isID(id) {
		return errNotFound
	}
	if err := r.form(); err != nil {
		return err
	}
	operation, done := "", ""
	switch r.PostForm.Get("decision") {
	case "accept":
		operation, done = "AcceptProposal", "accepted"
	case "reject":
		operation, done = "RejectProposal", "rejected"
	case "withdraw":
		operation, done = "WithdrawProposal", "withdrawn"
	default:
		return badRequest("The form is not complete", "It does not say what to do with the proposal.")
	}
	note := clip(strings.TrimSpace(r.PostForm.Get("note")), 1000)
	in := map[string]any{"id": id}
	if note != "" {
		in["note"] = note
	}
	if operation == "AcceptProposal" {
		for key, values := range r.PostForm {
			name, ok := strings.CutPrefix(key, "side.")
			switch side := values[0]; {
			case !ok || len(name) > 60:
			case side == "keep", side == "overwrite":
				fields, _ := in[side].([]string)
				in[side] = append(fields, name)
			}
		}
		if version, err := strconv.Atoi(r.PostForm.Get("version")); err == nil {
			in["expectedVersion"] = version
		}
	}
	var answer map[string]any
	if err := r.do(operation, map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || (e.Type != "InvalidInput" && e.Type != "Conflict") {
			return err
		}
		status := http.StatusUnprocessableEntity
		if e.Type == "Conflict" {
			status = http.StatusConflict
		}
		return r.proposalPage(status, note, e.Message)
	}
	return r.redirect("/proposals/" + id + "?done=" + done)
}
