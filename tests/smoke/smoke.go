// Package smoke is what has to hold of every stage: it answers, it lets in whom it
// should, it reads, it refuses what is wrong in the right way. It changes nothing.
package smoke

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// Checks of every stage.
func Checks() []utils.Check {
	return []utils.Check{
		{Name: "the API answers", Run: answers},
		{Name: "without a credential a request is refused", Run: refusedWithout},
		{Name: "with an unknown key a request is refused", Run: refusedStranger},
		{Name: "introspection is as the stage's settings say", Run: introspection},
		{Name: "systems are listed, read and found", Run: read},
		{Name: "discovery answers a question", Run: discover},
		{Name: "a field by another name is the same", Run: alias},
		{Name: "pages of a list follow each other", Run: pages},
		{Name: "bad input is refused with words, and no SQL in them", Run: badInput},
		{Name: "with the key alone nothing can be written", Run: noWriting},
		{Name: "the website shows its home page", Needs: []utils.Need{utils.NeedsSite}, Run: home},
		{Name: "pages carry the headers that protect them", Needs: []utils.Need{utils.NeedsSite}, Run: headers},
		{Name: "a page that isn't there says so", Needs: []utils.Need{utils.NeedsSite}, Run: missingPage},
	}
}

func answers(ctx context.Context, t *utils.Target) error {
	a, err := t.Read(ctx, utils.Reader, `{ __typename }`, nil)
	if err != nil {
		return err
	}
	if a.Text("__typename") != "Query" {
		return fmt.Errorf("answer %s", a.Raw)
	}
	if a.Header.Get("x-amzn-RequestId") == "" {
		return errors.New("the answer has no x-amzn-RequestId")
	}
	return nil
}

func refused401(ctx context.Context, t *utils.Target, who utils.Who) error {
	a, err := t.Ask(ctx, who, `{ __typename }`, nil)
	if err != nil {
		return err
	}
	if a.Status != http.StatusUnauthorized || len(a.Errors) != 1 || a.Errors[0].ErrorType != "UnauthorizedException" {
		return fmt.Errorf("status %d: %.300s; wanted 401 and UnauthorizedException", a.Status, a.Raw)
	}
	return nil
}

func refusedWithout(ctx context.Context, t *utils.Target) error {
	return refused401(ctx, t, utils.Nobody)
}
func refusedStranger(ctx context.Context, t *utils.Target) error {
	return refused401(ctx, t, utils.Stranger)
}

func introspection(ctx context.Context, t *utils.Target) error {
	a, err := t.Ask(ctx, utils.Reader, `{ __schema { queryType { name } } }`, nil)
	if err != nil {
		return err
	}
	got := a.Text("__schema", "queryType", "name") == "Query"
	if want := t.Settings.API.Introspection; got != want {
		return fmt.Errorf("introspection is %t in the settings of %s; the answer is %.300s", want, t.Settings.Stage, a.Raw)
	}
	return nil
}

// system reads one system of the list.
func system(ctx context.Context, t *utils.Target) (id, name string, err error) {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id name } } }`, nil)
	if err != nil {
		return "", "", err
	}
	if id = a.Text("systems", "nodes", 0, "id"); id == "" {
		return "", "", errors.New("there is no system at all")
	}
	return id, a.Text("systems", "nodes", 0, "name"), nil
}

func read(ctx context.Context, t *utils.Target) error {
	id, name, err := system(ctx, t)
	if err != nil {
		return err
	}
	a, err := t.Read(ctx, utils.Reader, `query($id: ID!) { system(id: $id) { name trailCount trails { id name } season { month verdict } } }`, map[string]any{"id": id})
	if err != nil {
		return err
	}
	if a.Text("system", "name") != name {
		return fmt.Errorf("the system %q reads %.300s", name, a.Raw)
	}
	a, err = t.Read(ctx, utils.Reader, `query($q: String!) { search(query: $q, first: 20) { nodes { id } } }`, map[string]any{"q": name})
	if err != nil {
		return err
	}
	for _, n := range a.List("search", "nodes") {
		if m, _ := n.(map[string]any); m["id"] == id {
			return nil
		}
	}
	return fmt.Errorf("the search for %q doesn't find it: %.300s", name, a.Raw)
}

func discover(ctx context.Context, t *utils.Target) error {
	a, err := t.Read(ctx, utils.Reader, `{ discover(input: {month: 7, skill: COMFORTABLE, styles: [{style: TRAIL}], includeInvented: true}) { considered suggestions { score system { id name } reasons { text } } } }`, nil)
	if err != nil {
		return err
	}
	suggestions := a.List("discover", "suggestions")
	if len(suggestions) == 0 {
		return fmt.Errorf("no suggestion: %.300s", a.Raw)
	}
	before := 101.0
	for i := range suggestions {
		score, _ := a.Get("discover", "suggestions", i, "score").(float64)
		if score > before {
			return fmt.Errorf("suggestion %d has the score %v, the one before it %v", i+1, score, before)
		}
		before = score
	}
	return nil
}

func alias(ctx context.Context, t *utils.Target) error {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 3) { nodes { id name season { month } } totalCount } other: systems(first: 3) { ...S } } fragment S on SystemConnection { nodes { id name season { month } } totalCount }`, nil)
	if err != nil {
		return err
	}
	if plain, other := fmt.Sprint(a.Get("systems")), fmt.Sprint(a.Get("other")); plain != other {
		return fmt.Errorf("plain %.300s\naliased %.300s", plain, other)
	}
	return nil
}

func pages(ctx context.Context, t *utils.Target) error {
	seen, after := map[string]bool{}, ""
	for range 3 {
		v := map[string]any{}
		if after != "" {
			v["after"] = after
		}
		a, err := t.Read(ctx, utils.Reader, `query($after: String) { trails(first: 5, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`, v)
		if err != nil {
			return err
		}
		for i := range a.List("trails", "nodes") {
			id := a.Text("trails", "nodes", i, "id")
			if seen[id] {
				return fmt.Errorf("the trail %s is on two pages", id)
			}
			seen[id] = true
		}
		if a.Get("trails", "pageInfo", "hasNextPage") != true {
			break
		}
		after = a.Text("trails", "pageInfo", "endCursor")
	}
	if len(seen) == 0 {
		return errors.New("there is no trail at all")
	}
	return nil
}

func badInput(ctx context.Context, t *utils.Target) error {
	for query, variables := range map[string]map[string]any{
		`query($x: String!) { trail(id: "00000000-0000-0000-0000-000000000000", slug: $x) { id } }`: {"x": "a"},
		`query($x: Int!) { trails(first: $x) { nodes { id } } }`:                                    {"x": 100000},
		`query($x: String!) { trails(after: $x) { nodes { id } } }`:                                 {"x": "'; SELECT 1 --"},
		`query($x: [ID!]) { trails(filter: {systemIds: $x}) { nodes { id } } }`:                     {"x": []string{"' OR 1 = 1"}},
	} {
		a, err := t.Ask(ctx, utils.Reader, query, variables)
		if err != nil {
			return err
		}
		if a.Status != http.StatusOK || len(a.Errors) == 0 || a.Errors[0].ErrorType != "InvalidInput" {
			return fmt.Errorf("%s: InvalidInput was to come, not status %d: %.300s", query, a.Status, a.Raw)
		}
		for _, leak := range []string{"SELECT", "SQLState", "api.", "wiki."} {
			// What the caller sent may be repeated to him.
			if said := strings.ReplaceAll(a.Errors[0].Message, fmt.Sprint(variables["x"]), ""); strings.Contains(said, leak) {
				return fmt.Errorf("%s: the message tells of %q: %s", query, leak, said)
			}
		}
	}
	return nil
}

func noWriting(ctx context.Context, t *utils.Target) error {
	id, _, err := system(ctx, t)
	if err != nil {
		return err
	}
	return t.Refused(ctx, utils.Reader, "Unauthorized", `mutation($id: ID!) { createTip(input: {subjectId: $id, kind: TIP, body: "Written by a gate."}) { id } }`, map[string]any{"id": id})
}

func home(ctx context.Context, t *utils.Target) error {
	status, _, text, err := t.Page(ctx, "/")
	if err != nil {
		return err
	}
	if status != http.StatusOK || !strings.Contains(text, "<main") || !strings.Contains(text, `action="/where-to-ride"`) {
		return fmt.Errorf("status %d: %.300s", status, text)
	}
	return nil
}

func headers(ctx context.Context, t *utils.Target) error {
	_, header, _, err := t.Page(ctx, "/")
	if err != nil {
		return err
	}
	want := map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src", "Referrer-Policy": ""}
	if strings.HasPrefix(t.Site, "https://") {
		want["Strict-Transport-Security"] = "max-age="
	}
	for name, part := range want {
		if got := header.Get(name); got == "" || !strings.Contains(got, part) {
			return fmt.Errorf("the header %s is %q; wanted one with %q", name, got, part)
		}
	}
	return nil
}

func missingPage(ctx context.Context, t *utils.Target) error {
	status, _, text, err := t.Page(ctx, "/systems/there-is-no-such-system")
	if err != nil {
		return err
	}
	if status != http.StatusNotFound || !strings.Contains(text, "<main") {
		return fmt.Errorf("status %d: %.300s", status, text)
	}
	return nil
}
