package appsync

import (
	"sync"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// resultCache keeps a resolver's results for its TTL, by the values of its
// caching keys. Results are kept as JSON text, so that what one request does to a
// value is not seen by the next.
type resultCache struct {
	ttl   time.Duration
	paths [][]string
	now   func() time.Time

	mu      sync.Mutex
	entries map[string]cached
	bytes   int
}

type cached struct {
	json    string
	expires time.Time
}

// maxCacheBytes bounds one resolver's cache; beyond it, it starts afresh.
const maxCacheBytes = 16 << 20

func newResultCache(c *Caching, now func() time.Time) *resultCache {
	r := &resultCache{ttl: c.TTL, now: now, entries: map[string]cached{}}
	for _, k := range c.Keys {
		r.paths = append(r.paths, cachingPath(k))
	}
	return r
}

// key gives the text under which a call's result is kept.
func (r *resultCache) key(f *field) string {
	var b []byte
	for _, path := range r.paths {
		var v vtl.Value = f.tctx
		for _, part := range path {
			m, ok := v.(*vtl.Map)
			if !ok {
				v = nil
				break
			}
			v, _ = m.GetString(part)
		}
		b = appendKey(b, v)
	}
	return string(b)
}

func (r *resultCache) get(key string) (vtl.Value, bool) {
	r.mu.Lock()
	hit, ok := r.entries[key]
	r.mu.Unlock()
	if !ok || !r.now().Before(hit.expires) {
		return nil, false
	}
	// The executor reads an index of the text without making values of it.
	if j, ok := vtl.IndexJSON(hit.json); ok {
		return j, true
	}
	v, err := vtl.FromJSONText(hit.json)
	return v, err == nil
}

func (r *resultCache) put(key string, v vtl.Value) {
	text, err := vtl.AppendJSON(nil, v)
	if err != nil || len(text) > maxCacheBytes/16 {
		return // too large or not representable: it is computed again
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bytes+len(text)+len(key) > maxCacheBytes {
		clear(r.entries)
		r.bytes = 0
	}
	r.bytes += len(text) + len(key) - len(r.entries[key].json)
	r.entries[key] = cached{string(text), r.now().Add(r.ttl)}
}

// evict drops the results of one key, or all if keys is nil. It gives their number.
func (r *resultCache) evict(key string, all bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if all {
		n := len(r.entries)
		clear(r.entries)
		r.bytes = 0
		return n
	}
	if hit, ok := r.entries[key]; ok {
		r.bytes -= len(hit.json) + len(key)
		delete(r.entries, key)
		return 1
	}
	return 0
}
