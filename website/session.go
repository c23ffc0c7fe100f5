package website

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// sessionLife bounds a session whatever the issuer says.
	sessionLife = 30 * 24 * time.Hour
	// A cookie may hold 4,096 bytes; tokens of some issuers need more, so that
	// the session is cut into up to maxChunks cookies.
	chunkBytes = 3800
	maxChunks  = 4
	// maxSession bounds what a decompressed session may be.
	maxSession = 32 << 10
)

// session is what the encrypted cookie holds: who is signed in, and the tokens
// to act for this rider.
type session struct {
	ID       string    `json:"i"`
	Sub      string    `json:"s"`
	Username string    `json:"u"`
	Name     string    `json:"n,omitempty"` // of the profile, when there is one
	Groups   []string  `json:"g,omitempty"`
	Access   string    `json:"a"`
	Refresh  string    `json:"r,omitempty"`
	Expires  time.Time `json:"e"` // of the access token
	Until    time.Time `json:"x"` // of the session
}

func (s *session) admin() bool { return s != nil && slices.Contains(s.Groups, "admins") }

func (s *session) moderator() bool {
	if s == nil {
		return false
	}
	for _, g := range s.Groups {
		if g == "moderators" || g == "admins" {
			return true
		}
	}
	return false
}

// shownName is what pages call the rider.
func (s *session) shownName() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Username
}

// sealer encrypts and authenticates cookies. The cookie's name is bound to its
// content, so that one cookie can't stand in for another.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (*sealer, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("the cookie key has %d bytes; it needs 32 random ones", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead}, nil
}

func (s *sealer) seal(name string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(plain); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, buf.Bytes(), []byte(name))), nil
}

var errBadCookie = errors.New("the cookie is not one of ours")

func (s *sealer) open(name, value string, v any) error {
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return errBadCookie
	}
	packed, err := s.aead.Open(nil, nil, raw, []byte(name))
	if err != nil {
		return errBadCookie
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxSession+1))
	if err != nil || len(plain) > maxSession {
		return errBadCookie
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errBadCookie
	}
	return nil
}

// cookieName adds the __Host- prefix where browsers demand https for it: such a
// cookie can't be set by another host or path.
func (s *Site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

func (s *Site) setCookie(w http.ResponseWriter, name, value string, until time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", Expires: until,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (s *Site) dropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (s *Site) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

func chunkName(i int) string {
	if i == 0 {
		return "session"
	}
	return "session-" + strconv.Itoa(i)
}

func (s *Site) writeSession(w http.ResponseWriter, v *session) error {
	value, err := s.cookies.seal("session", v)
	if err != nil {
		return err
	}
	if len(value) > chunkBytes*maxChunks {
		return fmt.Errorf("the issuer's tokens need %d bytes of cookies; at most %d fit", len(value), chunkBytes*maxChunks)
	}
	for i := range maxChunks {
		if value == "" {
			s.dropCookie(w, chunkName(i))
			continue
		}
		n := min(len(value), chunkBytes)
		s.setCookie(w, chunkName(i), value[:n], v.Until)
		value = value[n:]
	}
	return nil
}

func (s *Site) dropSession(w http.ResponseWriter) {
	for i := range maxChunks {
		s.dropCookie(w, chunkName(i))
	}
}

// readSession returns the session of the request, or nil when there is none
// that is valid and has not been ended.
func (s *Site) readSession(r *http.Request) *session {
	var value string
	for i := range maxChunks {
		part := s.cookie(r, chunkName(i))
		if part == "" {
			break
		}
		value += part
	}
	if value == "" {
		return nil
	}
	var v session
	if err := s.cookies.open("session", value, &v); err != nil {
		return nil
	}
	if !s.now().Before(v.Until) || s.denied.has(v.ID) {
		return nil
	}
	return &v
}

// denyList remembers the sessions that were ended before their time, so that a
// copied cookie is worth nothing after signing out. Entries fall out when the
// session would have ended by itself.
type denyList struct {
	mu    sync.Mutex
	until map[string]time.Time
	file  *os.File
	now   func() time.Time
}

type deniedSession struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

func openDenyList(path string, now func() time.Time) (*denyList, error) {
	d := &denyList{until: map[string]time.Time{}, now: now}
	if path == "" {
		return d, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("ended sessions: %w", err)
	}
	var keep bytes.Buffer
	for line := range bytes.Lines(raw) {
		var e deniedSession
		// The last line may be cut off by a crash; what it named is then lost
		// with the request that wrote it, which was never answered.
		if json.Unmarshal(line, &e) != nil || !now().Before(e.Until) {
			continue
		}
		d.until[e.ID] = e.Until
		keep.Write(bytes.TrimSpace(line))
		keep.WriteByte('\n')
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, keep.Bytes(), 0o600); err != nil {
		return nil, fmt.Errorf("ended sessions: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return nil, fmt.Errorf("ended sessions: %w", err)
	}
	if d.file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("ended sessions: %w", err)
	}
	return d, nil
}

func (d *denyList) add(id string, until time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.until) > 1000 {
		for k, t := range d.until {
			if !d.now().Before(t) {
				delete(d.until, k)
			}
		}
	}
	d.until[id] = until
	if d.file == nil {
		return nil
	}
	line, err := json.Marshal(deniedSession{ID: id, Until: until})
	if err != nil {
		return err
	}
	if _, err := d.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("ended sessions: %w", err)
	}
	if err := d.file.Sync(); err != nil {
		return fmt.Errorf("ended sessions: %w", err)
	}
	return nil
}

func (d *denyList) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	until, ok := d.until[id]
	return ok && d.now().Before(until)
}

// randomText is n random bytes in URL-safe letters.
func randomText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
