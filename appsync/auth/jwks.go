package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// KeySource finds the public keys of an issuer.
type KeySource interface {
	// Key gives the key with the given id, or an error if there is none.
	Key(ctx context.Context, kid string) (*jose.JSONWebKey, error)
}

// StaticKeys is a KeySource of fixed keys.
type StaticKeys jose.JSONWebKeySet

// Key implements KeySource.
func (s StaticKeys) Key(_ context.Context, kid string) (*jose.JSONWebKey, error) {
	for i := range s.Keys {
		if s.Keys[i].KeyID == kid {
			return &s.Keys[i], nil
		}
	}
	return nil, fmt.Errorf("auth: no signing key %q", kid)
}

// KeyFunc is a KeySource that asks a function for the current keys each time;
// it must be fast.
type KeyFunc func() jose.JSONWebKeySet

// Key implements KeySource.
func (f KeyFunc) Key(ctx context.Context, kid string) (*jose.JSONWebKey, error) {
	return StaticKeys(f()).Key(ctx, kid)
}

// RemoteKeys is a KeySource that fetches a key set by HTTP, keeps it, and
// fetches again when a key is missing, but not more often than once in
// MinInterval, so that invented key ids cause no traffic.
type RemoteKeys struct {
	URL         string
	Client      *http.Client  // default: 10 s timeout
	MinInterval time.Duration // default 1 minute

	mu      sync.Mutex
	keys    StaticKeys
	fetched time.Time
}

const maxKeySetBytes = 1 << 20

// Key implements KeySource.
func (r *RemoteKeys) Key(ctx context.Context, kid string) (*jose.JSONWebKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key, err := r.keys.Key(ctx, kid)
	if err == nil {
		return key, nil
	}
	interval := r.MinInterval
	if interval <= 0 {
		interval = time.Minute
	}
	if time.Since(r.fetched) < interval {
		return nil, err
	}
	r.fetched = time.Now()
	keys, err := r.fetch(ctx)
	if err != nil {
		return nil, err
	}
	r.keys = keys
	return r.keys.Key(ctx, kid)
}

func (r *RemoteKeys) fetch(ctx context.Context) (StaticKeys, error) {
	client := r.Client
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return StaticKeys{}, fmt.Errorf("auth: key set address: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return StaticKeys{}, fmt.Errorf("auth: fetching the key set: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return StaticKeys{}, fmt.Errorf("auth: fetching the key set from %s: status %s", r.URL, resp.Status)
	}
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxKeySetBytes)).Decode(&set); err != nil {
		return StaticKeys{}, fmt.Errorf("auth: key set from %s: %w", r.URL, err)
	}
	return StaticKeys(set), nil
}
