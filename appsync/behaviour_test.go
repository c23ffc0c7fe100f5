package appsync_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

func TestNewNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*appsync.Definition)
		want   string
	}{
		"schema":           {func(d *appsync.Definition) { d.Schema = "type Query { a: Nope }" }, "schema.graphql:1:17"},
		"unknown type":     {func(d *appsync.Definition) { d.Resolvers[0].Type = "Nope" }, "resolver Nope.book: the schema has no type Nope"},
		"unknown field":    {func(d *appsync.Definition) { d.Resolvers[0].Field = "nope" }, "type Query has no field nope"},
		"twice":            {func(d *appsync.Definition) { d.Resolvers = append(d.Resolvers, d.Resolvers[0]) }, "resolver Query.book: defined twice"},
		"no source":        {func(d *appsync.Definition) { d.Resolvers[0].DataSource = "" }, "neither a data source nor a pipeline"},
		"both":             {func(d *appsync.Definition) { d.Resolvers[0].Pipeline = []string{"double"} }, "both a data source and a pipeline"},
		"unknown source":   {func(d *appsync.Definition) { d.Resolvers[0].DataSource = "nope" }, `resolver Query.book: data source "nope" is not defined`},
		"source type":      {func(d *appsync.Definition) { d.DataSources["x"] = appsync.DataSourceConfig{Type: "HTTP"} }, `data source x: type "HTTP"`},
		"unknown function": {func(d *appsync.Definition) { d.Resolvers[4].Pipeline = []string{"nope"} }, `resolver Query.chain: function "nope"`},
		"long pipeline": {func(d *appsync.Definition) {
			d.Resolvers[4].Pipeline = strings.Split(strings.Repeat("double ", 10)+"double", " ")
		}, "11 functions"},
		"template":       {func(d *appsync.Definition) { d.Resolvers[0].Request.Text = "#if($x) {" }, "resolver Query.book: book.req.vtl:1:1"},
		"empty template": {func(d *appsync.Definition) { d.Resolvers[0].Response.Text = " \n" }, "the response template result.res.vtl is missing or empty"},
		"function template": {func(d *appsync.Definition) {
			f := d.Functions["double"]
			f.Request.Text = "#foreach"
			d.Functions["double"] = f
		}, "function double: double.req.vtl"},
		"caching key": {func(d *appsync.Definition) {
			d.Resolvers[0].Caching = &appsync.Caching{TTL: time.Minute, Keys: []string{"$ctx.args.id"}}
		}, "caching key"},
		"caching time":  {func(d *appsync.Definition) { d.Resolvers[0].Caching = &appsync.Caching{TTL: 2 * time.Hour} }, "caching TTL"},
		"depth":         {func(d *appsync.Definition) { d.Limits.QueryDepth = 76 }, "QueryDepth 76"},
		"authorization": {func(d *appsync.Definition) { d.Auth.Additional = nil }, "type Query: @aws_iam is used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := booksDefinition(t)
			c.change(&d)
			_, err := appsync.New(d, appsync.Options{DataSources: map[string]appsync.DataSource{"lambda": booksLambda()}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nlacks %q", err, c.want)
			}
		})
	}
	if _, err := appsync.New(booksDefinition(t), appsync.Options{}); err == nil || !strings.Contains(err.Error(), `data source "lambda"`) {
		t.Errorf("without the Lambda's function: error %v", err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	api := newBooks(t, nil)
	ask := func() string { return post(t, api, `{ mine: render(mode: "ok") }`, "") }
	d := booksDefinition(t)
	d.Resolvers[0].Request.Text = "#if("
	if err := api.Reload(d); err == nil {
		t.Fatal("a broken definition was accepted")
	}
	if got := ask(); got != `{"data":{"mine":"fine"}}` {
		t.Fatalf("after a refused reload: %s", got)
	}
	d = booksDefinition(t)
	for i := range d.Resolvers {
		if d.Resolvers[i].Field == "render" {
			d.Resolvers[i].Response.Text = `"new"`
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if got := ask(); got != `{"data":{"mine":"fine"}}` && got != `{"data":{"mine":"new"}}` {
					t.Errorf("while reloading: %s", got)
				}
			}
		})
	}
	if err := api.Reload(d); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if got := ask(); got != `{"data":{"mine":"new"}}` {
		t.Errorf("after the reload: %s", got)
	}
}

func TestCaching(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	clock := time.Unix(1_700_000_000, 0)
	api := newBooks(t, func(_ *appsync.Definition, o *appsync.Options) {
		o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return clock }
	})
	ask := func(id, noise string) string {
		return post(t, api, `query Q($i: ID!, $n: String) { cached(id: $i, noise: $n) }`, `{"i":"`+id+`","n":"`+noise+`"}`)
	}
	for _, step := range []struct{ id, noise, want string }{
		{"1", "a", "call 1"}, {"1", "b", "call 1"}, {"2", "a", "call 2"}, {"1", "c", "call 1"},
	} {
		if got := ask(step.id, step.noise); got != `{"data":{"cached":"`+step.want+`"}}` {
			t.Fatalf("id %s: %s, want %s", step.id, got, step.want)
		}
	}
	if got := post(t, api, `mutation { evict(id: "1") }`, ""); got != `{"data":{"evict":"evicted"}}` {
		t.Fatal(got)
	}
	if got := ask("1", ""); !strings.Contains(got, "call 3") {
		t.Errorf("after eviction: %s", got)
	}
	if got := ask("2", ""); !strings.Contains(got, "call 2") {
		t.Errorf("of the key not evicted: %s", got)
	}
	mu.Lock()
	clock = clock.Add(time.Minute)
	mu.Unlock()
	if got := ask("2", ""); !strings.Contains(got, "call 4") {
		t.Errorf("after its time: %s", got)
	}
}

func TestRequestTime(t *testing.T) {
	t.Parallel()
	api := newBooks(t, func(d *appsync.Definition, _ *appsync.Options) { d.Limits.RequestTime = 20 * time.Millisecond })
	got := post(t, api, `{ slow }`, "")
	if want := `{"data":null,"errors":[{"path":null,"locations":null,"errorType":"ExecutionTimeout","message":"Execution timed out."}]}`; got != want {
		t.Errorf("response %s", got)
	}
}

func TestMutatedTellsOfResults(t *testing.T) {
	t.Parallel()
	var told []string
	api := newBooks(t, func(_ *appsync.Definition, o *appsync.Options) {
		o.Mutated = func(_ context.Context, m appsync.Mutation) { told = append(told, m.Field+" "+string(m.Data)) }
	})
	resp := api.Execute(t.Context(), appsync.Request{Query: `mutation { a: addBook(title: "x") { title } evict(id: 1) }`, Identity: &auth.Identity{Mode: auth.UserPool, Claims: vtl.NewMap()}})
	if len(resp.Errors) != 1 { // evict is for keys only
		t.Fatalf("%d errors", len(resp.Errors))
	}
	if want := `addBook {"title":"x"}`; len(told) != 1 || told[0] != want {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestExecuteWithoutIdentityRefusesEverything(t *testing.T) {
	t.Parallel()
	resp := newBooks(t, nil).Execute(t.Context(), appsync.Request{Query: `{ render(mode: "ok") }`})
	if got := string(resp.AppendJSON(nil)); !strings.Contains(got, `{"data":{"render":null}`) || !strings.Contains(got, "Not Authorized") {
		t.Errorf("response %s", got)
	}
}

func TestBodyLimitAndOverload(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	api := newBooks(t, func(d *appsync.Definition, o *appsync.Options) {
		d.Limits.BodyBytes = 500
		d.Limits.InFlight = 1
		o.DataSources["lambda"] = appsync.Lambda(func(context.Context, json.RawMessage) (json.RawMessage, error) {
			close(entered)
			<-release
			return json.RawMessage(`"done"`), nil
		})
	})
	send := func(body string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header.Set("x-api-key", apiKey)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		return w.Result()
	}
	if got := send(strings.Repeat(" ", 501)).StatusCode; got != http.StatusRequestEntityTooLarge {
		t.Errorf("large body: status %d", got)
	}
	first := make(chan *http.Response)
	go func() { first <- send(`{"query":"{ lambda }"}`) }()
	<-entered
	if resp := send(`{"query":"{ __typename }"}`); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("second request: status %d", resp.StatusCode)
	}
	close(release)
	if resp := <-first; resp.StatusCode != http.StatusOK {
		t.Errorf("first request: status %d", resp.StatusCode)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	api := newBooks(t, func(_ *appsync.Definition, o *appsync.Options) { o.CORS.Origins = []string{"https://good.test"} })
	for origin, want := range map[string]string{"https://good.test": "https://good.test", "https://evil.test": ""} {
		r := httptest.NewRequest(http.MethodOptions, "/graphql", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want || w.Code != http.StatusNoContent {
			t.Errorf("origin %s: status %d, allowed %q", origin, w.Code, got)
		}
	}
}

func TestFieldsAndOperations(t *testing.T) {
	t.Parallel()
	api := newBooks(t, nil)
	byName := map[string]appsync.FieldInfo{}
	for _, f := range api.Fields() {
		byName[f.Type+"."+f.Name] = f
	}
	if f := byName["Query.chain"]; f.Resolver != "pipeline" || len(f.DataSources) != 3 || f.Returns != "Chain" {
		t.Errorf("Query.chain: %+v", f)
	}
	if f := byName["Book.title"]; f.Resolver != "" || f.Returns != "String!" {
		t.Errorf("Book.title: %+v", f)
	}
	for _, f := range api.Operations() {
		if f.Type != "Query" && f.Type != "Mutation" && f.Type != "Subscription" || strings.HasPrefix(f.Name, "__") {
			t.Errorf("operation %s.%s", f.Type, f.Name)
		}
	}
}

// FuzzServe sends bodies to the whole API: whatever comes, the answer is JSON
// with a known status.
func FuzzServe(f *testing.F) {
	api := newBooks(f, nil)
	for _, seed := range []string{"", "meow", "{}", `{"query":"{ book(id: 1) { id author { name books { id } } } }"}`, `{"query":"query Q($a: ID!) { book(id: $a) { id } }","variables":{"a":"1"}}`,
		`{"query":"{ __schema { types { name fields { name } } } }"}`, `{"query":"mutation { evict(id: 1) }","operationName":"x"}`, `{"query":"{ render(mode: \"runtime\") chain(start: 1) { steps } }"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
		r.Header.Set("x-api-key", apiKey)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if _, err := vtl.FromJSON(w.Body.Bytes()); err != nil {
			t.Errorf("status %d, body %q: %v", w.Code, w.Body, err)
		}
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("status %d", w.Code)
		}
	})
}
