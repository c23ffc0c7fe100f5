package website

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/mtbwiki/mtbwiki/website/gql"
)

// request is one page request: who asks, in which language and units.
type request struct {
	*http.Request
	w       http.ResponseWriter
	site    *Site
	session *session
	// lang is the language texts are asked for in.
	lang  string
	units units
}

// pageError is an error with words for the reader. What it wraps goes to the
// log only.
type pageError struct {
	status  int
	title   string
	message string
	// retry is a path of the site to go on from.
	retry string
	err   error
}

func (e *pageError) Error() string {
	if e.err != nil {
		return e.err.Error()
	}
	return e.title
}

func (e *pageError) Unwrap() error { return e.err }

var errNotFound = &pageError{status: http.StatusNotFound}

func unavailable(title string, err error) error {
	return &pageError{status: http.StatusServiceUnavailable, title: title, message: "Please try again in a minute.", err: err}
}

func badRequest(title, message string) error {
	return &pageError{status: http.StatusBadRequest, title: title, message: message}
}

// errSignInFirst sends the reader to sign in and back to where they were.
var errSignInFirst = errors.New("sign in first")

// page makes an HTTP handler of a page: it reads the session, renews its token
// when needed, and turns errors into pages.
func (s *Site) page(h func(*request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Add("Vary", "Cookie")
		r := &request{Request: req, w: w, site: s}
		r.lang = s.langOf(req)
		r.units = s.unitsOf(req)
		r.session = s.readSession(req)
		if v := r.session; v != nil && !s.now().Add(renewEarly).Before(v.Expires) {
			r.session = s.renewed(r, v)
		}
		err := h(r)
		if err != nil {
			err = r.ledOn(err)
		}
		if err == nil {
			return
		}
		if errors.Is(err, errSignInFirst) {
			http.Redirect(w, req, "/sign-in?return="+queryEscape(r.path()), http.StatusSeeOther)
			return
		}
		if errors.Is(err, gql.ErrUnauthorized) && r.session != nil {
			// The API no longer takes the token although it has not expired:
			// the account was disabled or signed out everywhere.
			s.dropSession(w)
			s.fail(w, req, &pageError{status: http.StatusUnauthorized, title: "You are no longer signed in", message: "Sign in again to go on.", retry: "/sign-in", err: err})
			return
		}
		s.fail(w, req, err)
	})
}

// renewed returns the session with a fresh token, or nil when it is over.
func (s *Site) renewed(r *request, old *session) *session {
	if old.Refresh == "" {
		s.dropSession(r.w)
		return nil
	}
	v, err := s.signin.renew(r.Context(), old)
	switch {
	case errors.Is(err, errSessionOver):
		s.log.InfoContext(r.Context(), "session ended by the issuer", "request", requestIDOf(r.Request), "error", err)
		s.dropSession(r.w)
		return nil
	case err != nil:
		// The issuer is not reachable. Reading goes on without being signed in;
		// the cookie stays for the next request.
		s.log.WarnContext(r.Context(), "token not renewed", "request", requestIDOf(r.Request), "error", err)
		return nil
	}
	if err := s.writeSession(r.w, v); err != nil {
		s.log.ErrorContext(r.Context(), "session not written", "request", requestIDOf(r.Request), "error", err)
		return nil
	}
	return v
}

func (s *Site) langOf(r *http.Request) string {
	raw := r.URL.Query().Get("lang")
	if raw == "" || len(raw) > 35 {
		return s.cfg.Lang
	}
	tag, err := language.Parse(raw)
	if err != nil {
		return s.cfg.Lang
	}
	return tag.String()
}

// do sends an operation for the rider who is signed in, or as anonymous reader.
func (r *request) do(operation string, variables map[string]any, out any) error {
	var caller gql.Caller
	if r.session != nil {
		caller.Token = r.session.Access
	}
	return r.site.api.Do(r.Context(), caller, operation, variables, out)
}

// read sends a query of which the page can show a part: it fails only when the
// answer holds nothing. Errors of single fields are logged and returned by name,
// so that the page can say what is missing.
func (r *request) read(operation string, variables map[string]any, out any, needed ...string) (missing []string, err error) {
	err = r.do(operation, variables, out)
	var list gql.Errors
	if !errors.As(err, &list) {
		return nil, err
	}
	for _, e := range list {
		// An error without a path is one of the whole document.
		if e.Field() == "" || slices.Contains(needed, e.Field()) {
			return nil, list
		}
		r.site.log.WarnContext(r.Context(), "part of a page failed", "request", requestIDOf(r.Request), "operation", operation, "field", e.Field(), "error", e)
		missing = append(missing, e.Field())
	}
	return missing, nil
}

// signedIn is the guard of pages that need a rider.
func (r *request) signedIn() error {
	if r.session == nil {
		return errSignInFirst
	}
	return nil
}

// path is where to come back to after signing in or setting units: this page, or
// the one that a form stood on (a form can't be repeated).
func (r *request) path() string {
	if strings.HasPrefix(r.URL.Path, "/shared/") {
		return "/" // its address is a secret, and no other page's to repeat
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return localPath(r.URL.RequestURI())
	}
	return localPath(strings.TrimSuffix(r.URL.Path, "/tips"))
}

func (r *request) redirect(path string) error {
	http.Redirect(r.w, r.Request, path, http.StatusSeeOther)
	return nil
}

// moved sends to the address that a page has now.
func (r *request) moved(path string) error {
	if q := r.URL.RawQuery; q != "" {
		path += "?" + q
	}
	http.Redirect(r.w, r.Request, path, http.StatusMovedPermanently)
	return nil
}

// form parses the body; errors are the reader's.
func (r *request) form() error {
	if err := r.ParseForm(); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			return &pageError{status: http.StatusRequestEntityTooLarge, title: "That is too much at once", message: fmt.Sprintf("A form may hold %d KB. Go back and shorten what you wrote.", maxBodyBytes>>10)}
		}
		return badRequest("The form could not be read", "Go back and send it again.")
	}
	return nil
}

// fail answers with an error page. It says what the reader can do, and gives an
// id that stands in the log too when something is wrong on our side.
func (s *Site) fail(w http.ResponseWriter, req *http.Request, err error) {
	pe := s.explain(err)
	if pe.status >= 500 {
		s.log.ErrorContext(req.Context(), "page failed", "request", requestIDOf(req), "method", req.Method, "path", loggedPath(req), "status", pe.status, "error", err)
	}
	if req.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody is listening any more
	}
	r := &request{Request: req, w: w, site: s, lang: s.langOf(req), units: s.unitsOf(req), session: s.readSession(req)}
	p := &errorPage{Page: r.newPage(pe.title, ""), Status: pe.status, Message: pe.message, Retry: pe.retry}
	p.NoIndex, p.Canonical = true, "" // an error has no address of its own
	if pe.status >= 500 {
		p.RequestID = requestIDOf(req)
	}
	if pe.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30")
	}
	w.Header().Set("Cache-Control", "no-store")
	if rerr := r.render(pe.status, "error.html", p); rerr != nil {
		s.log.ErrorContext(req.Context(), "error page failed", "request", requestIDOf(req), "error", rerr)
		http.Error(w, fmt.Sprintf("%s (request %s)", pe.title, requestIDOf(req)), pe.status)
	}
}

// explain turns any error into words and a status.
func (s *Site) explain(err error) *pageError {
	var pe *pageError
	if !errors.As(err, &pe) {
		pe = &pageError{status: http.StatusInternalServerError, err: err}
		switch api := gql.First(err); {
		case errors.Is(err, gql.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded):
			pe.status = http.StatusServiceUnavailable
		case errors.Is(err, gql.ErrUnauthorized):
			pe.status = http.StatusServiceUnavailable // the site's own key: not the reader's fault
		case api != nil:
			pe.status, pe.title, pe.message = statusOf(api)
		}
	}
	out := *pe
	if out.title == "" {
		out.title, out.message = wordsFor(out.status, out.message)
	}
	return &out
}

// statusOf maps the API's error types to HTTP. Unknown ones are ours.
func statusOf(e *gql.Error) (status int, title, message string) {
	switch e.Type {
	case "NotFound":
		return http.StatusNotFound, "", ""
	case "Unauthorized":
		return http.StatusForbidden, "You may not do that", e.Message
	case "Blocked":
		return http.StatusForbidden, "Your account is blocked", e.Message
	case "Protected":
		return http.StatusForbidden, "This page is protected", e.Message
	case "Archived":
		return http.StatusGone, "This page was put away", e.Message
	case "InvalidInput":
		return http.StatusUnprocessableEntity, "Something in what you sent is not right", e.Message
	case "Conflict":
		return http.StatusConflict, "Somebody was faster", e.Message
	case "ProposalRequired":
		return http.StatusConflict, "This change needs a second pair of eyes", e.Message
	case "TooMuch":
		return http.StatusTooManyRequests, "That is too much at once", e.Message
	case "Busy":
		return http.StatusServiceUnavailable, "The wiki is busy", "Please try again in a minute."
	}
	return http.StatusInternalServerError, "", ""
}

func wordsFor(status int, message string) (title, text string) {
	switch status {
	case http.StatusNotFound:
		title, text = "Off the map", "There is no page at this address. It may have been put away, or never have been written."
	case http.StatusForbidden:
		title, text = "You may not do that", "Your account does not have the right to do this."
	case http.StatusServiceUnavailable:
		title, text = "The wiki is taking a breather", "The part that holds the knowledge does not answer just now. Nothing is lost; please try again in a minute."
	case http.StatusInternalServerError:
		title, text = "Mechanical", "Something went wrong on our side. It has been noted."
	default:
		title = http.StatusText(status)
	}
	if message != "" {
		text = message
	}
	return title, text
}

func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
