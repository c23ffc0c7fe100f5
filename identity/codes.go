package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"sync"
	"time"
)

const (
	// codeLifetime is how long a client has to exchange a code.
	codeLifetime = 60 * time.Second
	// codeMemory is how long a code is remembered, to notice its second use.
	codeMemory = 10 * time.Minute
	// maxCodes bounds the memory. A code costs a password check, so that the
	// limit is met only if something is wrong.
	maxCodes = 20_000
)

// code is an authorization code that was handed out.
type code struct {
	userKey     string
	grant       grant
	redirectURI string
	challenge   string
	issued      time.Time

	// mu is held during the exchange, so that a second use waits until the
	// session of the first exists and can be ended.
	mu   sync.Mutex
	used bool
}

// codeBook keeps the codes in memory: after a restart a client has to ask again,
// which within a minute is no loss.
type codeBook struct {
	mu    sync.Mutex
	codes map[[sha256.Size]byte]*code
	swept time.Time
}

func newCodeBook() *codeBook {
	return &codeBook{codes: make(map[[sha256.Size]byte]*code)}
}

func (b *codeBook) add(c *code, now time.Time) (string, error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(random)
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.swept) > codeLifetime || len(b.codes) >= maxCodes {
		b.swept = now
		for k, c := range b.codes {
			if now.Sub(c.issued) > codeMemory {
				delete(b.codes, k)
			}
		}
	}
	if len(b.codes) >= maxCodes {
		return "", ErrBusy
	}
	b.codes[sha256.Sum256([]byte(text))] = c
	return text, nil
}

func (b *codeBook) find(text string) *code {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.codes[sha256.Sum256([]byte(text))]
}

// exchange turns a code into tokens. The first presentation uses the code up,
// whether it succeeds or not.
func (p *Pool) exchange(ctx context.Context, text, clientID, redirectURI, verifier string) (Tokens, error) {
	c := p.codes.find(text)
	if c == nil {
		return Tokens{}, errInvalidGrant
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used {
		p.log.WarnContext(ctx, "authorization code came back after its use; session ended", "sub", c.grant.sub, "client", c.grant.clientID)
		err := p.endSession(ctx, c.userKey, func(s session) bool { return s.ID == c.grant.sessionID })
		if err != nil {
			return Tokens{}, err
		}
		return Tokens{}, errInvalidGrant
	}
	c.used = true
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if p.now().Sub(c.issued) > codeLifetime ||
		c.grant.clientID != clientID ||
		c.redirectURI != redirectURI ||
		subtle.ConstantTimeCompare([]byte(challenge), []byte(c.challenge)) != 1 {
		return Tokens{}, errInvalidGrant
	}
	tokens, err := p.openSession(ctx, c.userKey, c.grant)
	if errors.Is(err, ErrUserNotFound) || errors.Is(err, ErrUserDisabled) {
		return Tokens{}, errInvalidGrant
	}
	return tokens, err
}
