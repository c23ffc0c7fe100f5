package website

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
)

const (
	// maxBodyBytes bounds a form. The largest is a trail with 60 features and
	// texts of 8,000 characters each, with the values it started from beside.
	maxBodyBytes = 1 << 20
	// maxURLBytes bounds path and query; a discovery question takes about 800.
	maxURLBytes = 8 << 10
)

type contextKey int

const (
	nonceKey contextKey = iota
	requestIDKey
)

// protect wraps all handlers with what every answer needs: a request id,
// security headers, bounds on what may be sent, refusal of forms that come from
// other sites, and a page instead of a broken connection when a handler panics.
func (s *Site) protect(next http.Handler) http.Handler {
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &pageError{
			status:  http.StatusForbidden,
			title:   "This form came from another site",
			message: "For your safety the wiki takes changes only from its own pages. Open the page here and try again.",
		})
	}))
	next = csrf.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, nonce := newRequestID(), newNonce()
		ctx := context.WithValue(r.Context(), requestIDKey, id)
		ctx = context.WithValue(ctx, nonceKey, nonce)
		r = r.WithContext(ctx)
		h := w.Header()
		h.Set("X-Request-Id", id)
		h.Set("Content-Security-Policy", s.contentPolicy(nonce))
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares so too
				panic(v)
			}
			s.log.ErrorContext(ctx, "page panicked", "request", id, "method", r.Method, "path", loggedPath(r), "panic", v, "stack", string(debug.Stack()))
			s.fail(w, r, &pageError{status: http.StatusInternalServerError})
		}()
		if len(r.RequestURI) > maxURLBytes {
			s.fail(w, r, &pageError{status: http.StatusRequestURITooLong, title: "The address is too long", message: "Shorten what you asked for."})
			return
		}
		most := int64(maxBodyBytes)
		if takesFile(r) {
			most = maxUploadBytes
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}

// takesFile tells the one form that carries a file.
func takesFile(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/trails/") && strings.HasSuffix(r.URL.Path, "/line")
}

// contentPolicy lets pages load only from the site itself and run only scripts
// that carry this answer's nonce; pictures also from the tile server, where one is
// set. Forms may lead to the issuer: signing out
// redirects there.
func (s *Site) contentPolicy(nonce string) string {
	form := "'self'"
	if u, err := url.Parse(s.cfg.Issuer); err == nil && u.Host != s.base.Host {
		form += " " + u.Scheme + "://" + u.Host
	}
	if end := s.signin.endSessionOrigin(); end != "" && !strings.Contains(form, end) {
		form += " " + end
	}
	images := "'self' data:"
	if s.cfg.Tiles.On() {
		images += " " + s.cfg.Tiles.Origin()
	}
	return "default-src 'self'; script-src 'nonce-" + nonce + "'; style-src 'self'; img-src " + images + "; " +
		"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action " + form
}

func newRequestID() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	return hex.EncodeToString(b[:])
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func nonceOf(r *http.Request) string {
	s, _ := r.Context().Value(nonceKey).(string)
	return s
}

func requestIDOf(r *http.Request) string {
	s, _ := r.Context().Value(requestIDKey).(string)
	return s
}

// localPath accepts only paths of this site, so that no address given from
// outside can lead away after signing in or setting units.
func localPath(raw string) string {
	if raw == "" || len(raw) > 2048 || raw[0] != '/' || strings.HasPrefix(raw, "//") || strings.ContainsAny(raw, "\\\r\n\t") {
		return "/"
	}
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	for _, own := range []string{"/sign-in", "/sign-out", "/signed-out"} {
		if u.Path == own || strings.HasPrefix(u.Path, own+"/") {
			return "/"
		}
	}
	return raw
}
