package identity

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"
)

// FuzzParseHash checks that no content of an account file makes a password check
// fail other than by an error, or cost more than the limits allow.
func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")
	f.Add("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$x")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Fuzz(func(t *testing.T, encoded string) {
		memory, passes, threads, salt, key, err := parseHash(encoded)
		if err != nil {
			return
		}
		if memory > 256*1024 || passes > 16 || threads > 16 || len(salt) > 64 || len(key) > 64 {
			t.Fatalf("m=%d t=%d p=%d, salt of %d, key of %d bytes", memory, passes, threads, len(salt), len(key))
		}
		again := formatHash(memory, passes, threads, salt, key)
		m2, t2, p2, s2, k2, err := parseHash(again)
		if err != nil || m2 != memory || t2 != passes || p2 != threads || string(s2) != string(salt) || string(k2) != string(key) {
			t.Fatalf("%q came back as %q, %v", encoded, again, err)
		}
	})
}

// FuzzParseRefreshToken checks that the parser accepts only what it would write.
func FuzzParseRefreshToken(f *testing.F) {
	f.Add(formatRefreshToken(userKey("ana"), "000102030405060708090a0b0c0d0e0f", make([]byte, secretBytes)))
	f.Add("x")
	f.Fuzz(func(t *testing.T, token string) {
		key, id, secret, ok := parseRefreshToken(token)
		if ok && formatRefreshToken(key, id, secret) != token {
			t.Fatalf("%q is a second spelling", token)
		}
	})
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	l := newLimiter(2, time.Minute, 3)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	steps := []struct {
		key  string
		wait time.Duration // before the attempt
		ok   bool
		left time.Duration // to wait when refused
	}{
		{"a", 0, true, 0},
		{"a", 0, true, 0},
		{"a", 0, false, time.Minute},
		{"a", 45 * time.Second, false, 15 * time.Second},
		{"a", 15 * time.Second, true, 0},
		{"a", 0, false, time.Minute},
		{"a", time.Hour, true, 0}, // never more than the burst
		{"a", 0, true, 0},
		{"a", 0, false, time.Minute},
		{"a", -time.Hour, false, time.Minute}, // a clock that is set back gives nothing
	}
	for i, s := range steps {
		now = now.Add(s.wait)
		wait, ok := l.take(s.key, now)
		if ok != s.ok || (wait-s.left).Abs() > time.Millisecond {
			t.Errorf("step %d: %v, %v, want %v, %v", i, wait, ok, s.left, s.ok)
		}
	}
	for i := range 1000 {
		l.take(strconv.Itoa(i), now)
	}
	if len(l.buckets) != 3 || l.recent.Len() != 3 {
		t.Errorf("%d buckets and %d in order, want 3", len(l.buckets), l.recent.Len())
	}
	l.giveBack("999", now)
	if got := l.bucket("999", now).left; got != 2 {
		t.Errorf("%v attempts left, want the full 2", got)
	}
}

func TestHasherSheds(t *testing.T) {
	t.Parallel()
	h := &hasher{slots: make(chan struct{}, 1), wait: time.Millisecond}
	err := h.do(context.Background(), func() {
		if err := h.do(context.Background(), func() {}); !errors.Is(err, ErrBusy) {
			t.Errorf("second check at once: %v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		h := &hasher{slots: h.slots, wait: time.Hour}
		if err := h.do(ctx, func() {}); !errors.Is(err, context.Canceled) {
			t.Errorf("caller gone: %v", err)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if err := h.do(context.Background(), func() {}); err != nil {
		t.Errorf("slot not given back: %v", err)
	}
}
