package utils_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// TestCallers asks a real API: what is made is read as the entity's own type, what is refused is
// told apart, and documents come from the schema.
func TestCallers(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Vocabularies)
	mod, ann := a.Moderator("mod"), a.Rider("ann")
	region := mod.Make("Region", map[string]any{"name": "Testland", "countries": []string{"AT"}})
	system := mod.Make("System", map[string]any{"name": "Test Hills", "kind": "NETWORK", "regionIds": []string{region}})
	made, err := ann.Create(t.Context(), "Trail", map[string]any{"name": "First Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{system}, "flow": 2.5})
	if err != nil {
		t.Fatal(err)
	}

	schema, err := utils.LoadSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := schema.Document("Query", "trail", 3)
	if err != nil {
		t.Fatal(err)
	}
	trail := utils.Read[entity.Trail](a.Anonymous(), document, map[string]any{"id": made.ID}, "trail")
	if trail.Name != "First Line" || trail.Version != made.Version || trail.Flow == nil || *trail.Flow != 2.5 || len(trail.SystemIDs) != 1 || trail.SystemIDs[0] != system {
		t.Errorf("it reads %+v", trail)
	}
	write, err := schema.Document("Mutation", "createTip", 1)
	if err != nil {
		t.Fatal(err)
	}
	tip := utils.Read[entity.Tip](ann, write, map[string]any{"input": map[string]any{"subjectId": made.ID, "kind": "TIP", "body": "Early."}}, "createTip")
	if tip.Body != "Early." || tip.SubjectID != made.ID {
		t.Errorf("the tip is %+v", tip)
	}
	for typeName, field := range map[string]string{"Query": "trial", "Quarry": "trail"} {
		if _, err := schema.Document(typeName, field, 1); err == nil || !strings.Contains(err.Error(), typeName) {
			t.Errorf("%s.%s: %v", typeName, field, err)
		}
	}

	const archive = `mutation($i: ArchiveSystemInput!) { archiveSystem(input: $i) { id } }`
	in := map[string]any{"i": map[string]any{"id": system, "expectedVersion": 1}}
	ann.Refuses(utils.Refusal{Type: "Unauthorized", Field: "archiveSystem"}, archive, in)
	a.Nobody().Refuses(utils.Refusal{Status: http.StatusUnauthorized, Type: "UnauthorizedException"}, archive, in)
	answer := ann.Do(archive, in)
	for _, wrong := range []utils.Refusal{{Type: "Conflict"}, {Says: "no such words"}, {Field: "archiveTrail"}, {Status: http.StatusUnauthorized}} {
		if answer.Refused(wrong) == nil {
			t.Errorf("%s is taken for %+v", answer.Raw, wrong)
		}
	}
	if ok := ann.OK(`{ __typename }`, nil); ok.Refused(utils.Refusal{}) == nil || ok.Err() != "" || ok.Failure() != nil {
		t.Errorf("%s is taken for a refusal", ok.Raw)
	}

	if v := mod.Version("Trail", made.ID); v != made.Version {
		t.Errorf("version %d, not %d", v, made.Version)
	}
	if err := mod.PutAway(t.Context(), made, "Not needed."); err != nil {
		t.Fatal(err)
	}
	if _, err := utils.Decode[entity.Trail](a.Anonymous().OK(document, map[string]any{"id": made.ID}), "trail"); err == nil {
		t.Error("what was put away is decoded")
	}
}

// failing is a test that takes down what it was ended with.
type failing struct{ said string }

func (f *failing) Helper() {}
func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(f)
}

// TestCallersEnd holds that an answer that isn't as expected ends the test, with what came.
func TestCallersEnd(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("X-Api-Key") {
		case "html":
			fmt.Fprint(w, "<html>")
		case "refused":
			fmt.Fprint(w, `{"data": {"trail": null}, "errors": [{"path": ["trail"], "errorType": "NotFound", "message": "There is no such trail."}]}`)
		default:
			fmt.Fprint(w, `{"data": {"trail": {"version": "three"}}}`)
		}
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		key  string
		do   func(*utils.Caller)
		want string
	}{
		"no JSON":         {"html", func(c *utils.Caller) { c.Do("{ a }", nil) }, "no JSON"},
		"an error":        {"refused", func(c *utils.Caller) { c.OK("{ a }", nil) }, "There is no such trail."},
		"another error":   {"refused", func(c *utils.Caller) { c.Refuses(utils.Refusal{Type: "Conflict"}, "{ a }", nil) }, "Conflict"},
		"no error":        {"", func(c *utils.Caller) { c.Refuses(utils.Refusal{}, "{ a }", nil) }, "was to come"},
		"another type":    {"", func(c *utils.Caller) { utils.Read[entity.Trail](c, "{ a }", nil, "trail") }, "entity.Trail"},
		"nothing there":   {"", func(c *utils.Caller) { utils.Read[entity.Trail](c, "{ a }", nil, "system") }, "nothing at"},
		"nothing made":    {"", func(c *utils.Caller) { c.Make("Trail", nil) }, "createTrail"},
		"without version": {"", func(c *utils.Caller) { c.Version("Trail", "1") }, "no version"},
	} {
		f := &failing{}
		func() {
			defer func() {
				if p := recover(); p != nil && p != any(f) {
					panic(p)
				}
			}()
			c.do(utils.NewCaller(server.URL, utils.WithKey(c.key)).In(f))
		}()
		if !strings.Contains(f.said, c.want) {
			t.Errorf("%s: the test ends with %q, want %q", name, f.said, c.want)
		}
	}
}

// TestPatience holds that a question is asked again while the database wakes up, no longer than
// said, and a mutation never.
func TestPatience(t *testing.T) {
	t.Parallel()
	var asked, sleepy atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) <= sleepy.Load() {
			fmt.Fprint(w, `{"errors": [{"errorType": "InternalError", "message": "The database did not answer this request; try again in a moment."}]}`)
			return
		}
		fmt.Fprint(w, `{"data": {"__typename": "Query"}}`)
	}))
	defer server.Close()
	c := utils.NewCaller(server.URL, nil)
	for _, test := range []struct {
		name   string
		caller *utils.Caller
		query  string
		sleepy int32
		asked  int32
		ok     bool
	}{
		{"awake", c.Patient(time.Minute), "{ __typename }", 0, 1, true},
		{"waking up", c.Patient(time.Minute), "{ __typename }", 2, 3, true},
		{"without patience", c, "{ __typename }", 2, 1, false},
		{"a mutation", c.Patient(time.Minute), "\n mutation { a }", 2, 1, false},
		{"for ever", c.Patient(120 * time.Millisecond), "{ __typename }", 1000, 2, false},
	} {
		asked.Store(0)
		sleepy.Store(test.sleepy)
		_, err := test.caller.Read(t.Context(), test.query, nil)
		if (err == nil) != test.ok || asked.Load() > test.asked || test.ok && asked.Load() < test.asked {
			t.Errorf("%s: asked %d times, %v", test.name, asked.Load(), err)
		}
	}
}
