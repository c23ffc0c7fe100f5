package website_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/mtbwiki/mtbwiki/identity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

func TestReal2(t *testing.T) {
	if os.Getenv("TOKEN") == "" {
		t.Skip()
	}
	pool, err := identity.Open(identity.Config{Dir: "/tmp/wiki/data/identity", Issuer: "http://127.0.0.1:8201/identity", Clients: []identity.Client{{ID: "mtbwiki-site", RedirectURIs: []string{"http://127.0.0.1:8201/sign-in/callback"}}}})
	if err != nil {
		t.Fatal(err)
	}
	tok, err := pool.IssueTokens("rider", "mtbwiki-site")
	if err != nil {
		t.Fatal(err)
	}
	os.Setenv("TOKEN", tok.AccessToken)
	c, _ := gql.New(gql.Config{Endpoint: "http://127.0.0.1:8202/graphql", APIKey: "x"})
	var tr struct {
		Trail struct {
			ID      string
			Version int
		}
	}
	fmt.Println(c.Do(context.Background(), gql.Caller{Token: os.Getenv("TOKEN")}, "Trail", map[string]any{"slug": "daydream-descent"}, &tr))
	for _, in := range []map[string]any{{"flow": 9}, {"gates": -5}, {"difficulty": []any{map[string]any{"direction": "FORWARD", "labels": []any{map[string]any{"system": "imba", "label": "zz", "statedBy": "me"}}, "axes": []any{}}}}, {"name": "Other"}, {"closedUntil": "2020-13-45"}} {
		in["id"], in["expectedVersion"] = tr.Trail.ID, tr.Trail.Version
		var out any
		err := c.Do(context.Background(), gql.Caller{Token: os.Getenv("TOKEN")}, "UpdateTrail", map[string]any{"input": in}, &out)
		e := gql.First(err)
		if e != nil {
			fmt.Printf("%s | %s | data=%s info=%s\n", e.Type, e.Message, e.Data, e.Info)
		} else {
			fmt.Println(err)
		}
	}
}
