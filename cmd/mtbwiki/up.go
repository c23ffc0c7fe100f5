package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/postgres"
)

// dataFlags say where a wiki keeps its files.
type dataFlags struct {
	DataDir string `help:"Where the wiki keeps its database, accounts and keys. Default: the system's place for application data." env:"MTBWIKI_DATA_DIR" type:"path"`
}

func (d *dataFlags) dir() (string, error) {
	if d.DataDir != "" {
		return d.DataDir, nil
	}
	// The cluster's own folder is one below the wiki's.
	cluster, err := postgres.DefaultDataDir("mtbwiki")
	return filepath.Dir(cluster), err
}

// listenFlags say where a wiki answers.
type listenFlags struct {
	Listen       string `help:"Address to bind." default:"127.0.0.1" env:"MTBWIKI_LISTEN"`
	SitePort     int    `help:"Port of the website; 0 takes a free one." default:"8080" env:"MTBWIKI_SITE_PORT"`
	APIPort      int    `help:"Port of the GraphQL API; 0 takes a free one." default:"8081" env:"MTBWIKI_API_PORT"`
	FromAssembly string `placeholder:"DIR" type:"existingdir" help:"Run the API of these synthesized templates (cdk.out of the folder infrastructure) instead of the one built in."`

	Stage string `help:"Stage whose settings hold: alpha, beta, gamma or prod." enum:"alpha,beta,gamma,prod" default:"${stage}" env:"MTBWIKI_STAGE"`
}

func (l *listenFlags) validate() error {
	for flag, port := range map[string]int{"--site-port": l.SitePort, "--api-port": l.APIPort} {
		if port < 0 || port > 65535 {
			return usagef("%s %d: a port lies between 0 and 65535", flag, port)
		}
	}
	return nil
}

// mapFlags say what lies below the lines of the website's maps.
type mapFlags struct {
	DEM                 []string `name:"dem" type:"existingfile" placeholder:"FILE" help:"SRTM tile (.hgt or .zip) to draw contour lines from; may be repeated." env:"MTBWIKI_DEM"`
	TilesAddress        string   `name:"tiles-address" placeholder:"ADDRESS" help:"Map pictures below the lines, such as https://tiles.example/{z}/{x}/{y}.png, instead of the stage's setting; readers' browsers ask that server." env:"MTBWIKI_TILES_ADDRESS"`
	TilesAttribution    string   `name:"tiles-attribution" placeholder:"TEXT" help:"How to name the tile server below each map; needed with --tiles-address." env:"MTBWIKI_TILES_ATTRIBUTION"`
	TilesAttributionURL string   `name:"tiles-attribution-url" placeholder:"ADDRESS" help:"Where the attribution leads." env:"MTBWIKI_TILES_ATTRIBUTION_URL"`
	TilesMaxZoom        int      `name:"tiles-max-zoom" default:"17" help:"Deepest zoom that the tile server has." env:"MTBWIKI_TILES_MAX_ZOOM"`
}

// ground fills in what the flags say.
func (m *mapFlags) ground(cfg *fabric.Config) error {
	if m.TilesAddress == "" && (m.TilesAttribution != "" || m.TilesAttributionURL != "") {
		return usagef("--tiles-attribution needs --tiles-address")
	}
	if m.TilesAddress != "" {
		cfg.Tiles = config.Tiles{Address: m.TilesAddress, Attribution: m.TilesAttribution, AttributionURL: m.TilesAttributionURL, MaxZoom: m.TilesMaxZoom}
		if err := errors.Join(cfg.Tiles.Problems()...); err != nil {
			return usageError{fmt.Errorf("--tiles-address and its like: %w", err)}
		}
	}
	if len(m.DEM) == 0 {
		return nil
	}
	tiles, err := readTiles(m.DEM)
	if err != nil {
		return err
	}
	cfg.Heights = tiles
	return nil
}

type upCommand struct {
	dataFlags
	listenFlags
	mapFlags
	DataAPIPort  int    `name:"data-api-port" help:"Port of the RDS Data API; 0 takes a free one." default:"8082" env:"MTBWIKI_DATA_API_PORT"`
	DatabasePort int    `help:"Port of the embedded PostgreSQL; 0 takes a free one." default:"0" env:"MTBWIKI_DATABASE_PORT"`
	DatabaseURL  string `name:"database-url" help:"Use this PostgreSQL database, whose user may create roles, instead of an embedded server." env:"MTBWIKI_DATABASE_URL"`
	PostgresBin  string `help:"Folder of the PostgreSQL binaries to use; found or downloaded otherwise." env:"MTBWIKI_POSTGRES_BIN" type:"path"`
	Fresh        bool   `help:"Delete the data directory first, after asking."`
	Yes          bool   `help:"Don't ask."`
	Watch        bool   `help:"Read api/, database/api, content/ and page templates again when they change; run it in the repository."`
}

func (c *upCommand) Run(ctx context.Context, s streams, log *slog.Logger) error {
	started := time.Now()
	if err := c.validate(); err != nil {
		return err
	}
	dir, err := c.dir()
	if err != nil {
		return err
	}
	if c.Fresh {
		if err := c.fresh(dir, s); err != nil {
			return err
		}
	}
	root := ""
	if c.Watch && c.FromAssembly != "" {
		return usagef("--watch reads api/ and --from-assembly doesn't; leave one of them out")
	}
	if c.Watch {
		if root, err = workingTree(); err != nil {
			return err
		}
	}
	p := &progress{w: s.err, started: started}
	cfg := fabric.Config{
		DataDir: dir, Listen: c.Listen, SitePort: c.SitePort, APIPort: c.APIPort, DataAPIPort: c.DataAPIPort,
		DatabaseURL: c.DatabaseURL, DatabasePort: c.DatabasePort, PostgresBin: c.PostgresBin,
		Stage: c.Stage, Assembly: c.FromAssembly, Demo: true, Watch: root, Log: log, Progress: p.say,
	}
	if err := c.ground(&cfg); err != nil {
		return err
	}
	p.say("Starting MTB Wiki in " + dir)
	f, err := fabric.Start(ctx, cfg)
	if err != nil {
		return err
	}
	p.say("Ready.")
	c.print(s.out, f, dir)
	return wait(ctx, f, s.err)
}

func (c *upCommand) print(w io.Writer, f *fabric.Fabric, dir string) {
	e := f.Endpoints
	var b strings.Builder
	fmt.Fprintf(&b, "\nMTB Wiki is running.\n\n")
	fmt.Fprintf(&b, "  Website      %s\n", e.Site)
	fmt.Fprintf(&b, "  GraphQL API  %s   (explorer: %s)\n", e.GraphQL, strings.TrimSuffix(e.GraphQL, "graphql"))
	fmt.Fprintf(&b, "  Data API     %s\n", e.DataAPI)
	fmt.Fprintf(&b, "  API key      %s   (header x-api-key)\n", e.APIKey)
	if f.Postgres != nil {
		fmt.Fprintf(&b, "  PostgreSQL   %s, found as %s\n", f.Postgres.Version, f.Postgres.Source)
	}
	fmt.Fprintf(&b, "  All of it    %s\n", filepath.Join(dir, "endpoints.json"))
	if len(f.Accounts) > 0 {
		fmt.Fprintf(&b, "\n  Sign in as\n")
		for _, a := range f.Accounts {
			fmt.Fprintf(&b, "    %-10s %s   %s\n", a.Username, a.Password, a.Role)
		}
	}
	fmt.Fprintf(&b, "\n  Stop with Ctrl-C. The data stays in %s; `mtbwiki up --fresh` begins anew.\n\n", dir)
	fmt.Fprint(w, b.String())
}

// fresh empties the data directory, if it is one of ours and the user agrees.
func (c *upCommand) fresh(dir string, s streams) error {
	if _, err := os.Stat(filepath.Join(dir, "mtbwiki.json")); err != nil {
		if entries, readErr := os.ReadDir(dir); errors.Is(readErr, os.ErrNotExist) || readErr == nil && len(entries) == 0 {
			return nil
		}
		return usagef("--fresh: %s is no data directory of MTB Wiki (mtbwiki.json is missing); it is left alone", dir)
	}
	if !c.Yes {
		fmt.Fprintf(s.err, "Delete everything in %s? Type yes: ", dir)
		line, err := bufio.NewReader(s.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(line) != "yes" {
			return usagef("nothing was deleted; give --yes to delete without being asked")
		}
	}
	return postgres.RemoveDataDir(filepath.Join(dir, "postgres"), func() error { return fabric.ClearDataDir(dir) })
}

// wait until the context ends or a part fails, then stop everything.
func wait(ctx context.Context, f *fabric.Fabric, w io.Writer) error {
	var failure error
	select {
	case <-ctx.Done():
		fmt.Fprintln(w, "Stopping.")
	case failure = <-f.Failed:
		fmt.Fprintln(w, "Stopping, because a part failed.")
	}
	stopCtx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(failure, f.Stop(stopCtx))
}

// progress writes sentences with the seconds since the start.
type progress struct {
	w       io.Writer
	started time.Time
}

func (p *progress) say(message string) {
	fmt.Fprintf(p.w, "%5.1f s  %s\n", time.Since(p.started).Seconds(), message)
}

// workingTree finds the repository's root from the current folder upwards.
func workingTree() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "api", "manifest.yaml")); err == nil {
			return d, nil
		}
		if filepath.Dir(d) == d {
			return "", usagef("%s is not inside a working tree of MTB Wiki (no api/manifest.yaml found above it)", dir)
		}
	}
}
