// Command preview runs the site against invented answers, for working on pages
// without database, API or AWS:
//
//	go run ./website/preview
//
// Templates, styles and scripts are read anew for every page. Two accounts can
// sign in: dora, a rider, and mo, a moderator; their password is printed.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/mtbwiki/mtbwiki/identity"
	"github.com/mtbwiki/mtbwiki/website"
	"github.com/mtbwiki/mtbwiki/website/fakeapi"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "preview:", err)
		os.Exit(1)
	}
}

func run() error {
	address := flag.String("listen", "127.0.0.1:8099", "address to listen on")
	files := flag.String("files", "website", "folder with templates and static; empty means those built in")
	schema := flag.String("schema", "api/deploy/schema.graphql", "deployable schema")
	flag.Parse()
	sdl, err := os.ReadFile(*schema)
	if err != nil {
		return err
	}
	api, err := fakeapi.New(string(sdl))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "preview-identity")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	base := "http://" + *address
	pool, err := identity.Open(identity.Config{
		Dir: dir, Issuer: base + "/identity",
		Clients: []identity.Client{{ID: "website", RedirectURIs: []string{base + "/sign-in/callback"}, LogoutURIs: []string{base + "/signed-out"}}},
	})
	if err != nil {
		return err
	}
	password, err := identity.RandomPassword()
	if err != nil {
		return err
	}
	for name, groups := range map[string][]string{"dora": {"riders"}, "mo": {"riders", "moderators"}} {
		if _, err := pool.CreateUser(context.Background(), identity.User{Username: name, Groups: groups}, password); err != nil {
			return err
		}
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	cfg := website.Config{
		Endpoint: base + "/graphql", APIKey: fakeapi.APIKey, Issuer: base + "/identity", ClientID: "website",
		CookieKey: key, BaseURL: base, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	if *files != "" {
		cfg.Files, cfg.Reload = os.DirFS(*files), true
	}
	site, err := website.New(cfg)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", api)
	mux.Handle("/identity/", pool.Handler())
	mux.Handle("/", site)
	fmt.Printf("%s\naccounts dora and mo, password %s\n", base, password)
	server := &http.Server{Addr: *address, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}
