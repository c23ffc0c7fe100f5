package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/identity"
)

type serveCommand struct {
	dataFlags
	listenFlags
	mapFlags
	DatabaseURL string `name:"database-url" required:"" help:"PostgreSQL database, whose user may create roles." env:"MTBWIKI_DATABASE_URL"`
	PublicURL   string `name:"public-url" required:"" help:"Where the public reaches the website, such as https://mtb.example.org." env:"MTBWIKI_PUBLIC_URL"`
	Issuer      string `help:"OpenID Connect issuer whose accounts sign in; the local user pool when absent." env:"MTBWIKI_ISSUER"`
	ClientID    string `name:"client-id" help:"The site's client id at --issuer." env:"MTBWIKI_CLIENT_ID"`
}

func (c *serveCommand) Run(ctx context.Context, s streams, log *slog.Logger) error {
	if err := c.validate(); err != nil {
		return err
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usagef("--public-url %q: it must be an address like https://mtb.example.org", c.PublicURL)
	}
	if (c.Issuer == "") != (c.ClientID == "") {
		return usagef("--issuer and --client-id go together")
	}
	dir, err := c.dir()
	if err != nil {
		return err
	}
	p := &progress{w: s.err, started: time.Now()}
	cfg := fabric.Config{
		DataDir: dir, Listen: c.Listen, SitePort: c.SitePort, APIPort: c.APIPort,
		DatabaseURL: c.DatabaseURL, PublicURL: c.PublicURL, Issuer: c.Issuer, ClientID: c.ClientID,
		Stage: c.Stage, Assembly: c.FromAssembly, Log: log, Progress: p.say,
	}
	if err := c.ground(&cfg); err != nil {
		return err
	}
	f, err := fabric.Start(ctx, cfg)
	if err != nil {
		return err
	}
	p.say(fmt.Sprintf("Serving %s; endpoints and keys are in %s.", f.Endpoints.Site, filepath.Join(dir, "endpoints.json")))
	return wait(ctx, f, s.err)
}

type databaseFlags struct {
	DatabaseURL string `name:"database-url" required:"" help:"PostgreSQL database." env:"MTBWIKI_DATABASE_URL"`
}

type migrateCommand struct {
	databaseFlags
	Status bool   `help:"Only tell where the database stands." xor:"what"`
	Down   *int64 `help:"Take migrations back to this version; data of what they made is lost." xor:"what"`
}

func (c *migrateCommand) Run(ctx context.Context, s streams, log *slog.Logger) error {
	opts := database.Options{Log: log}
	switch {
	case c.Status:
		status, err := database.ReadStatus(ctx, c.DatabaseURL, opts)
		if err != nil {
			return err
		}
		return printStatus(s, status)
	case c.Down != nil:
		report, err := database.MigrateDown(ctx, c.DatabaseURL, *c.Down, opts)
		if err != nil {
			return err
		}
		return printReport(s, report)
	}
	conn, err := pgx.Connect(ctx, c.DatabaseURL)
	if err != nil {
		return fmt.Errorf("the database doesn't answer: %w", err)
	}
	err = database.EnsureRoles(ctx, conn)
	if closeErr := conn.Close(ctx); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	report, err := database.Migrate(ctx, c.DatabaseURL, opts)
	if err != nil {
		return err
	}
	return printReport(s, report)
}

func printStatus(s streams, st database.Status) error {
	var b strings.Builder
	fmt.Fprintf(&b, "the database is at migration %d, this program knows up to %d\n", st.Version, st.Newest)
	for _, name := range st.Pending {
		fmt.Fprintf(&b, "  pending: %s\n", name)
	}
	switch {
	case len(st.Pending) > 0:
	case st.CodeCurrent:
		b.WriteString("tables, views and functions are up to date\n")
	default:
		b.WriteString("tables are up to date; views and functions are of another program\n")
	}
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

func printReport(s streams, r database.Report) error {
	var b strings.Builder
	for _, name := range r.Applied {
		fmt.Fprintf(&b, "  ran %s\n", name)
	}
	code := "as they were"
	if r.CodeChanged {
		code = "replaced"
	}
	fmt.Fprintf(&b, "from migration %d to %d; %d views and functions, %s; %.1f s\n", r.From, r.To, r.CodeObjects, code, r.Took.Seconds())
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

type userCommand struct {
	Add   userAddCommand   `cmd:"" help:"Make an account; its password is printed once."`
	Grant userGrantCommand `cmd:"" help:"Put an account into a group: riders, moderators or admins. This is how the first admin is made."`
	List  userListCommand  `cmd:"" help:"List the accounts."`
}

type poolFlags struct {
	dataFlags
	PublicURL string `name:"public-url" help:"The wiki's public address, as given to serve." default:"http://127.0.0.1:8080" env:"MTBWIKI_PUBLIC_URL"`
}

func (p *poolFlags) open() (*identity.Pool, error) {
	dir, err := p.dir()
	if err != nil {
		return nil, err
	}
	return fabric.OpenUserPool(dir, p.PublicURL, slog.Default())
}

type userAddCommand struct {
	poolFlags
	Username string `arg:"" help:"Name to sign in with."`
	Email    string `help:"Address, may be left out."`
}

func (c *userAddCommand) Run(ctx context.Context, s streams) error {
	pool, err := c.open()
	if err != nil {
		return err
	}
	password, err := identity.RandomPassword()
	if err != nil {
		return err
	}
	if _, err := pool.CreateUser(ctx, identity.User{Username: c.Username, Email: c.Email, Groups: []string{"riders"}}, password); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s %s\n", c.Username, password)
	return err
}

type userGrantCommand struct {
	poolFlags
	Username string `arg:"" help:"The account."`
	Group    string `arg:"" enum:"riders,moderators,admins" help:"riders, moderators or admins."`
}

func (c *userGrantCommand) Run(ctx context.Context, s streams) error {
	pool, err := c.open()
	if err != nil {
		return err
	}
	if err := pool.AddGroup(ctx, c.Username, c.Group); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s is in the group %s from the next sign-in on\n", c.Username, c.Group)
	return err
}

type userListCommand struct{ poolFlags }

func (c *userListCommand) Run(s streams) error {
	pool, err := c.open()
	if err != nil {
		return err
	}
	users, err := pool.Users()
	if err != nil {
		return err
	}
	for _, u := range users {
		state := ""
		if u.Disabled {
			state = " (disabled)"
		}
		if _, err := fmt.Fprintf(s.out, "%s %v%s\n", u.Username, u.Groups, state); err != nil {
			return err
		}
	}
	return nil
}
