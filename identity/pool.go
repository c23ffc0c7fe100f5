package identity

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Errors that callers may test for with [errors.Is]. The text around them names
// the account or field concerned.
var (
	ErrUserNotFound   = errors.New("no such user")
	ErrUserExists     = errors.New("username is taken")
	ErrUserDisabled   = errors.New("user is disabled")
	ErrInvalid        = errors.New("invalid value")
	ErrClientNotFound = errors.New("no such client")
	ErrPoolFull       = errors.New("user pool is full")
	// ErrBusy means that the password checker has no free slot; try again.
	ErrBusy = errors.New("too many password checks at once")
)

// Client is an application that may ask this pool to sign somebody in. Clients
// are public in the sense of RFC 6749: they hold no secret and prove themselves
// by PKCE.
type Client struct {
	// ID is the OAuth client identifier, 1 to 128 visible ASCII characters.
	ID string
	// RedirectURIs are the only URIs a code is ever sent to, compared exactly.
	RedirectURIs []string
	// LogoutURIs are the only URIs the logout endpoint redirects to.
	LogoutURIs []string
}

// Config describes a pool. Dir, Issuer and at least one client are required.
type Config struct {
	// Dir is the directory of the pool's files; it is created with mode 0700.
	Dir string
	// Issuer is the URL in the claim iss, without a trailing slash. Its path is
	// where Handler answers. It must be https, or http on a loopback address
	// unless AllowHTTP is set.
	Issuer string
	// Clients may sign users in.
	Clients []Client

	// Title is shown as heading of the pages; "Sign in" when empty.
	Title string
	// AllowSignUp lets strangers make an account. Off by default.
	AllowSignUp bool
	// SignUpGroups are the groups of an account made by its owner.
	SignUpGroups []string
	// MaxUsers bounds the number of accounts; 20,000 when zero.
	MaxUsers int
	// AllowHTTP accepts an http issuer and http redirect URIs on addresses that
	// are not loopback. Passwords then cross the network in the clear.
	AllowHTTP bool

	// TokenLifetime of ID and access tokens; one hour when zero (Cognito's
	// default).
	TokenLifetime time.Duration
	// SessionLifetime is how long after the sign-in a session can be refreshed;
	// 30 days when zero (Cognito's default).
	SessionLifetime time.Duration
	// RotationGrace is how long an exchanged refresh token still works, for
	// clients whose answer got lost. Ten seconds when zero, none when negative.
	RotationGrace time.Duration

	// ClientAddress tells whose sign-in attempts a request counts as. When nil,
	// the address of the connection is taken, which behind a reverse proxy is
	// the proxy's: set it there, and trust only your own proxy's header.
	ClientAddress func(*http.Request) netip.Addr

	// Clock tells the time; time.Now when nil.
	Clock func() time.Time
	// Log receives sign-ins, refusals and changes of accounts, never a password,
	// token or mistyped username. slog.Default when nil.
	Log *slog.Logger
}

// Pool is an open user pool. Its methods are safe for concurrent use, also by
// several processes on the same directory.
type Pool struct {
	cfg     Config
	issuer  *url.URL
	clients map[string]Client
	now     func() time.Time
	log     *slog.Logger

	key     *rsa.PrivateKey
	kid     string
	signer  jose.Signer
	formKey []byte

	// writing serializes changes within the process; the lock file does so
	// between processes.
	writing sync.Mutex

	hasher    *hasher
	decoyHash string
	codes     *codeBook
	byUser    *limiter
	byAddress *limiter
	signUps   *limiter
	handler   http.Handler
}

// Open opens the pool in cfg.Dir and makes what is missing there: directory,
// signing key, form key. It fails on a configuration that would be unsafe and on
// an account file that it cannot read.
func Open(cfg Config) (*Pool, error) {
	issuer, clients, err := cfg.check()
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	if cfg.Title == "" {
		cfg.Title = "Sign in"
	}
	if cfg.MaxUsers == 0 {
		cfg.MaxUsers = 20_000
	}
	if cfg.TokenLifetime == 0 {
		cfg.TokenLifetime = time.Hour
	}
	if cfg.SessionLifetime == 0 {
		cfg.SessionLifetime = 30 * 24 * time.Hour
	}
	if cfg.RotationGrace == 0 {
		cfg.RotationGrace = 10 * time.Second
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.ClientAddress == nil {
		cfg.ClientAddress = connectionAddress
	}
	p := &Pool{
		cfg:     cfg,
		issuer:  issuer,
		clients: clients,
		now:     cfg.Clock,
		log:     cfg.Log,
		hasher:  newHasher(),
		codes:   newCodeBook(),
		// A person mistypes a few times; a guesser gets one try a minute. The
		// address limit is wider, because a club's house is one address.
		byUser:    newLimiter(10, time.Minute, 50_000),
		byAddress: newLimiter(30, 10*time.Second, 50_000),
		signUps:   newLimiter(5, 10*time.Minute, 50_000),
	}
	for _, dir := range []string{cfg.Dir, p.usersDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("identity: make directory: %w", err)
		}
	}
	if p.decoyHash, err = decoyHash(); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	if err := p.prepare(); err != nil {
		return nil, fmt.Errorf("identity: open %s: %w", cfg.Dir, err)
	}
	p.handler = p.routes()
	return p, nil
}

// prepare loads or makes the keys, removes what a killed process left behind and
// reads every account once, so that a damaged file is reported at the start.
func (p *Pool) prepare() error {
	unlock, err := p.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := p.loadKeys(); err != nil {
		return err
	}
	if err := removeLeftovers(p.cfg.Dir, p.usersDir()); err != nil {
		return err
	}
	_, err = p.records()
	return err
}

func (p *Pool) usersDir() string { return filepath.Join(p.cfg.Dir, "users") }

func (c Config) check() (*url.URL, map[string]Client, error) {
	if c.Dir == "" {
		return nil, nil, fmt.Errorf("%w: Config.Dir is empty; give a directory for the pool's files", ErrInvalid)
	}
	issuer, err := c.checkURL(c.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: issuer: %w", ErrInvalid, err)
	}
	if issuer.RawQuery != "" || strings.HasSuffix(c.Issuer, "/") {
		return nil, nil, fmt.Errorf("%w: issuer %q must have neither a query nor a trailing slash", ErrInvalid, c.Issuer)
	}
	if strings.ContainsAny(issuer.Path, "{}") || issuer.Path != issuer.EscapedPath() || issuer.Path != "" && issuer.Path != path.Clean(issuer.Path) {
		return nil, nil, fmt.Errorf("%w: issuer %q: use a plain path", ErrInvalid, c.Issuer)
	}
	if len(c.Clients) == 0 {
		return nil, nil, fmt.Errorf("%w: no clients; nobody could sign in", ErrInvalid)
	}
	if c.TokenLifetime < 0 || c.SessionLifetime < 0 || c.MaxUsers < 0 {
		return nil, nil, fmt.Errorf("%w: lifetimes and MaxUsers must not be negative", ErrInvalid)
	}
	if _, err := checkGroups(c.SignUpGroups); err != nil {
		return nil, nil, fmt.Errorf("sign-up groups: %w", err)
	}
	clients := make(map[string]Client, len(c.Clients))
	for _, client := range c.Clients {
		if !visibleASCII(client.ID, 128) {
			return nil, nil, fmt.Errorf("%w: client id %q must be 1 to 128 visible ASCII characters", ErrInvalid, client.ID)
		}
		if _, dup := clients[client.ID]; dup {
			return nil, nil, fmt.Errorf("%w: client id %q is given twice", ErrInvalid, client.ID)
		}
		if len(client.RedirectURIs) == 0 {
			return nil, nil, fmt.Errorf("%w: client %q has no redirect URI", ErrInvalid, client.ID)
		}
		for _, uri := range slices.Concat(client.RedirectURIs, client.LogoutURIs) {
			if _, err := c.checkURL(uri); err != nil {
				return nil, nil, fmt.Errorf("%w: client %q: %w", ErrInvalid, client.ID, err)
			}
		}
		client.RedirectURIs = slices.Clone(client.RedirectURIs)
		client.LogoutURIs = slices.Clone(client.LogoutURIs)
		clients[client.ID] = client
	}
	return issuer, clients, nil
}

// checkURL accepts absolute https URLs, and http ones where the connection stays
// on the machine or the owner accepted the risk. Private schemes of apps are
// refused: another app may claim them (RFC 8252, section 7.1), and claimed https
// or loopback redirects serve the same purpose.
func (c Config) checkURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, err
	}
	if u.Host == "" || u.User != nil || u.Fragment != "" || strings.Contains(s, "#") || u.Opaque != "" {
		return nil, fmt.Errorf("%q is not an absolute URL without user and fragment", s)
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && (c.AllowHTTP || isLoopback(u.Hostname())):
	case u.Scheme == "http":
		return nil, fmt.Errorf("%q: http is accepted for loopback addresses only; use https or set AllowHTTP", s)
	default:
		return nil, fmt.Errorf("%q: scheme must be https or http", s)
	}
	return u, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func connectionAddress(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		// Not an IP connection (a Unix socket): all share one bucket.
		return netip.Addr{}
	}
	return addr
}

// addressKey groups the addresses that one customer usually holds: a single IPv4
// address, an IPv6 /64.
func addressKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

func visibleASCII(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
