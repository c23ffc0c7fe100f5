package website

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

//go:embed all:templates static
var embedded embed.FS

// Config is all the site needs to know.
type Config struct {
	// Endpoint is the GraphQL API's address.
	Endpoint string
	// APIKey lets anonymous readers in.
	APIKey string
	// Signed says that HTTP signs the calls for anonymous readers, who then need no key.
	Signed bool
	// Issuer is the OpenID Connect issuer at which riders sign in; it is asked
	// for its configuration when the first rider does, not before.
	Issuer string
	// ClientID is the site's id at the issuer: a public client with PKCE.
	ClientID string
	// CookieKey is 32 random bytes, the key of all cookies. Changing it ends
	// all sessions.
	CookieKey []byte
	// BaseURL is where the public reaches the site, such as
	// https://mtb.example.org, without a path.
	BaseURL string
	// Files holds templates/ and static/; nil means those built in.
	Files fs.FS
	// Reload parses the templates anew for every page; for working on them.
	Reload bool
	// DenyFile keeps sessions that were ended before their time over a restart;
	// "" means that they are kept in memory only.
	DenyFile string
	// Lang is the language that texts are asked for in when the address names
	// none; "" means en.
	Lang string
	// Tiles are pictures below the lines of maps; the zero value is off. Pages then
	// may load pictures from that server's origin, and from no other.
	Tiles config.Tiles
	// Heights draws contour lines on maps, nil draws none; HeightsCredit names where
	// they are from.
	Heights       draw.Heights
	HeightsCredit string
	// Log takes what operators should see; nil means slog.Default().
	Log *slog.Logger
	// HTTP makes the calls to API and issuer; nil means a client with a timeout.
	HTTP *http.Client
	// Clock is the time; nil means time.Now.
	Clock func() time.Time
}

// Site is the handler's state, shared by all requests.
type Site struct {
	cfg       Config
	base      *url.URL
	api       *gql.Client
	log       *slog.Logger
	now       func() time.Time
	http      *http.Client
	templates *templates
	assets    *assets
	cookies   *sealer
	denied    *denyList
	signin    *signIn
	land      *draw.Land
	terms     *termCache
	reliefs   reliefs
	// parsing holds a place for each recording that is being read.
	parsing chan struct{}
}

// New checks the configuration, reads templates and assets, and returns the
// site's handler. It calls nobody: neither API nor issuer need be up yet.
func New(cfg Config) (http.Handler, error) {
	s, err := newSite(cfg)
	if err != nil {
		return nil, fmt.Errorf("website: %w", err)
	}
	return s.handler(), nil
}

func newSite(cfg Config) (*Site, error) {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") || strings.Trim(base.Path, "/") != "" || base.RawQuery != "" {
		return nil, fmt.Errorf("base URL %q must be http(s)://host[:port] without a path", cfg.BaseURL)
	}
	base.Path = ""
	if cfg.Issuer == "" || cfg.ClientID == "" {
		return nil, errors.New("issuer and client id are needed for signing in")
	}
	if err := errors.Join(cfg.Tiles.Problems()...); err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: gql.DefaultTimeout}
	}
	if cfg.Lang == "" {
		cfg.Lang = "en"
	}
	if cfg.Files == nil {
		cfg.Files = embedded
	}
	s := &Site{cfg: cfg, base: base, log: cfg.Log, now: cfg.Clock, http: cfg.HTTP}
	if s.api, err = gql.New(gql.Config{Endpoint: cfg.Endpoint, APIKey: cfg.APIKey, Signed: cfg.Signed, HTTP: cfg.HTTP}); err != nil {
		return nil, err
	}
	if s.cookies, err = newSealer(cfg.CookieKey); err != nil {
		return nil, err
	}
	if s.denied, err = openDenyList(cfg.DenyFile, s.now); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(cfg.Files, cfg.Reload); err != nil {
		return nil, err
	}
	if s.templates, err = loadTemplates(cfg.Files, cfg.Reload, s.assets); err != nil {
		return nil, err
	}
	if s.land, err = loadLand(cfg.Files); err != nil {
		return nil, err
	}
	s.signin = newSignIn(s)
	s.terms = &termCache{}
	s.parsing = make(chan struct{}, maxParsing)
	return s, nil
}

func loadLand(files fs.FS) (*draw.Land, error) {
	raw, err := fs.ReadFile(files, "static/land-110m.json")
	if err != nil {
		return nil, fmt.Errorf("outline of the land: %w", err)
	}
	land, err := draw.ParseLand(raw)
	if err != nil {
		return nil, fmt.Errorf("static/land-110m.json: %w", err)
	}
	return land, nil
}

// handler ties addresses to pages. GET never changes anything.
func (s *Site) handler() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, h func(*request) error) {
		mux.Handle(pattern, s.page(h))
	}
	page("GET /{$}", s.home)
	page("GET /where-to-ride", s.whereToRide)
	page("GET /your-home", s.yourHome)
	page("POST /your-home", s.keepHome)
	page("GET /regions", s.regions)
	page("GET /regions/{slug}", s.region)
	page("GET /systems", s.systems)
	page("GET /systems/{slug}", s.system)
	page("GET /trails/{slug}", s.trail)
	page("GET /trails/{slug}/line", s.lineForm)
	page("POST /trails/{slug}/line", s.takeLine)
	page("GET /trails/{slug}/ridden", s.ridden)
	page("POST /trails/{slug}/ridden", s.keepRide)
	page("GET /rides", s.rides)
	page("GET /rides/{id}", s.ride)
	page("POST /rides/{id}", s.saveRide)
	page("POST /rides/{id}/put", s.putRide)
	page("POST /rides/{id}/delete", s.deleteRide)
	page("POST /rides/{id}/compare", s.compareRide)
	page("POST /rides/{id}/withdraw", s.withdrawComparison)
	page("GET /trips", s.trips)
	page("POST /trips", s.createTrip)
	page("GET /trips/add", s.addToTrip)
	page("POST /trips/add", s.putIntoTrip)
	page("GET /trips/{id}", s.trip)
	page("POST /trips/{id}", s.saveTrip)
	page("POST /trips/{id}/share", s.shareTrip)
	page("POST /trips/{id}/unshare", s.unshareTrip)
	page("POST /trips/{id}/look", s.lookAtTrip)
	page("POST /trips/{id}/put", s.putTrip)
	page("POST /trips/{id}/delete", s.deleteTrip)
	page("GET /shared/{token}", s.sharedTrip)
	page("GET /routes/{slug}", s.route)
	page("GET /access-points/{slug}", s.accessPoint)
	page("GET /uplifts/{slug}", s.uplift)
	page("GET /guides", s.guides)
	page("GET /guides/{slug}", s.guide)
	page("GET /comparisons/{slug}", s.comparison)
	page("GET /organisations", s.organisations)
	page("GET /organisations/{slug}", s.organisation)
	page("POST /organisations/{slug}/membership", s.membership)
	page("GET /riders/{slug}", s.rider)
	page("GET /tips/{slug}", s.remark)
	page("GET /notices/{slug}", s.remark)
	page("GET /comments/{slug}", s.remark)
	page("POST /notices/{slug}/confirm", s.confirmNotice)
	page("GET /media/{slug}", s.remark)
	page("POST /media/{slug}/decision", s.decideMedia)
	page("GET /claims/{slug}", s.remark)
	page("GET /reviews/{slug}", s.remark)
	page("GET /checks/{slug}", s.remark)
	page("GET /fact-checks", s.factChecks)
	page("GET /search", s.search)
	page("GET /go/{kind}/{id}", s.goTo)

	for kind, k := range editKinds {
		of := func(method, last string, h func(*request) error) {
			page(method+" /"+kind+"/{slug}/"+last, func(r *request) error {
				r.SetPathValue("kind", kind)
				return h(r)
			})
		}
		of("POST", "tips", s.addTip)
		of("POST", "vote", s.vote)
		of("GET", "edit", s.editForm)
		of("POST", "edit", s.saveEdit)
		of("POST", "archive", s.archive)
		of("POST", "restore", s.archive)
		of("POST", "protect", s.protectPage)
		of("POST", "merge", s.merge)
		of("POST", "purge", s.purge)
		of("GET", "history", s.history)
		of("GET", "proposals", s.entityProposals)
		of("GET", "report", s.reportForm)
		of("POST", "report", s.report)
		if k.discussed() {
			of("GET", "discussion", s.discussion)
			of("POST", "discussion", s.addComment)
			of("POST", "watch", s.watchPage)
		}
	}
	for kind := range exportKinds {
		for _, format := range entity.ExportFormatValues {
			page("GET /"+kind+"/{slug}/"+exportName(format), func(r *request) error { return r.exportLines(kind, format) })
		}
	}
	page("GET /new/{kind}", s.newForm)
	page("POST /new/{kind}", s.create)

	page("GET /revisions/{id}", s.revision)
	page("POST /revisions/{id}", s.revert)
	page("POST /revisions/{id}/hide", s.hide)
	page("GET /changes", s.changes)
	page("GET /proposals", s.proposals)
	page("GET /proposals/{id}", s.proposal)
	page("POST /proposals/{id}", s.decideProposal)

	for method, h := range map[string]func(*request) error{"GET": s.reportForm, "POST": s.report} {
		page(method+" /riders/{slug}/report", func(r *request) error {
			r.SetPathValue("kind", "riders")
			return h(r)
		})
	}
	page("GET /flags", s.flags)
	page("POST /flags/{id}", s.decideFlag)
	page("GET /watching", s.watching)
	page("POST /watching", s.markSeen)

	page("GET /sign-in", s.startSignIn)
	page("GET /sign-in/callback", s.finishSignIn)
	page("POST /sign-out", s.signOut)
	page("GET /signed-out", s.signedOut)
	page("GET /me", s.profile)
	page("POST /me", s.saveProfile)
	page("POST /units", s.setUnits)

	page("GET /about", s.about)
	page("GET /about/difficulty", s.aboutDifficulty)
	mux.Handle("GET /static/{hash}/{name}", s.assets)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.assets.url("logo.svg"), http.StatusFound)
	})
	mux.HandleFunc("GET /robots.txt", s.robots)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	page("/", func(r *request) error { return errNotFound })
	return s.protect(mux)
}

func (s *Site) robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /sign-in\nDisallow: /me\nDisallow: /rides\nDisallow: /trips\nDisallow: /shared/\nDisallow: /*/ridden$\nDisallow: /*/ridden?\nDisallow: /new/\nDisallow: /*/edit$\nDisallow: /*/edit?\nDisallow: /search\nDisallow: /where-to-ride\nDisallow: /your-home?\nDisallow: /revisions/\nDisallow: /watching\nDisallow: /flags\nDisallow: /*/report$\n"))
}

func (s *Site) secure() bool { return s.base.Scheme == "https" }

// absolute turns a path of the site into an address.
func (s *Site) absolute(path string) string { return s.base.String() + path }
