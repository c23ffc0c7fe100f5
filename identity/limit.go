package identity

import (
	"container/list"
	"sync"
	"time"
)

// limiter is a set of token buckets, one a key. A bucket holds up to burst
// attempts and gains one every interval. The set is bounded: the key that was
// used longest ago gives way, which forgets the least.
type limiter struct {
	burst    float64
	interval time.Duration
	most     int

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *bucket, the most recently used in front
}

type bucket struct {
	key  string
	left float64
	at   time.Time
}

func newLimiter(burst int, interval time.Duration, most int) *limiter {
	return &limiter{
		burst:    float64(burst),
		interval: interval,
		most:     most,
		buckets:  make(map[string]*list.Element),
		recent:   list.New(),
	}
}

// take uses one attempt up. When none is left it reports how long to wait for
// the next.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, now)
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(l.interval)), false
	}
	b.left--
	return 0, true
}

// giveBack returns an attempt that turned out to be rightful. Taking first and
// giving back later keeps parallel guesses from slipping through.
func (l *limiter) giveBack(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, now)
	b.left = min(l.burst, b.left+1)
}

func (l *limiter) bucket(key string, now time.Time) *bucket {
	if e, ok := l.buckets[key]; ok {
		l.recent.MoveToFront(e)
		b := e.Value.(*bucket)
		if elapsed := now.Sub(b.at); elapsed > 0 {
			b.left = min(l.burst, b.left+float64(elapsed)/float64(l.interval))
			b.at = now
		}
		return b
	}
	if l.recent.Len() >= l.most {
		oldest := l.recent.Back()
		delete(l.buckets, oldest.Value.(*bucket).key)
		l.recent.Remove(oldest)
	}
	b := &bucket{key: key, left: l.burst, at: now}
	l.buckets[key] = l.recent.PushFront(b)
	return b
}
