package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon2id with the parameters of the OWASP password storage cheat sheet
// (19 MiB, two passes, one lane): tens of milliseconds a check.
const (
	argonMemoryKiB = 19 * 1024
	argonTime      = 2
	argonThreads   = 1
	saltBytes      = 16
	hashBytes      = 32

	// MinPasswordLength and MaxPasswordLength bound a password, in characters.
	// There are no rules about classes of characters (NIST SP 800-63B, 5.1.1.2).
	MinPasswordLength = 10
	MaxPasswordLength = 256
	// maxPasswordBytes bounds the work of normalizing what a stranger sends.
	maxPasswordBytes = 4 * MaxPasswordLength
)

// hasher runs a bounded number of password checks at a time: each takes 19 MiB
// and a core, and a flood of sign-ins must not take the machine.
type hasher struct {
	slots chan struct{}
	wait  time.Duration
}

func newHasher() *hasher {
	return &hasher{slots: make(chan struct{}, max(1, min(4, runtime.GOMAXPROCS(0)))), wait: 5 * time.Second}
}

// do runs work in a slot, or returns ErrBusy when none gets free in time.
func (h *hasher) do(ctx context.Context, work func()) error {
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-timer.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	work()
	return nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	var key []byte
	err := h.do(ctx, func() {
		key = argon2.IDKey([]byte(norm.NFKC.String(password)), salt, argonTime, argonMemoryKiB, argonThreads, hashBytes)
	})
	if err != nil {
		return "", err
	}
	return formatHash(argonMemoryKiB, argonTime, argonThreads, salt, key), nil
}

// matches reports whether password has the given hash. It takes the same time
// for a right and a wrong one.
func (h *hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	memory, passes, threads, salt, want, err := parseHash(encoded)
	if err != nil {
		return false, err
	}
	var got []byte
	err = h.do(ctx, func() {
		got = argon2.IDKey([]byte(norm.NFKC.String(password)), salt, passes, memory, threads, uint32(len(want)))
	})
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// decoyHash is checked against when there is no such user, so that the answer
// takes as long as for one who exists. No password has it.
func decoyHash() (string, error) {
	random := make([]byte, saltBytes+hashBytes)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	return formatHash(argonMemoryKiB, argonTime, argonThreads, random[:saltBytes], random[saltBytes:]), nil
}

// formatHash writes the PHC string format, which carries its parameters, so that
// they can be raised without invalidating old hashes.
func formatHash(memory, passes uint32, threads uint8, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func parseHash(encoded string) (memory, passes uint32, threads uint8, salt, key []byte, err error) {
	fail := func(why string) (uint32, uint32, uint8, []byte, []byte, error) {
		return 0, 0, 0, nil, nil, errors.New("password hash: " + why)
	}
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return fail("not an argon2id string; set the password anew")
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return fail("unknown version of argon2; set the password anew")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return fail("unreadable parameters; set the password anew")
	}
	if memory < 8 || memory > 256*1024 || passes < 1 || passes > 16 || threads < 1 || threads > 16 {
		return fail("parameters outside of the accepted range; set the password anew")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return fail("unreadable salt; set the password anew")
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 64 {
		return fail("unreadable digest; set the password anew")
	}
	return memory, passes, threads, salt, key, nil
}

// checkPassword refuses what is too short, too long or the account's own name.
// The error text is fit for the person who chose it.
func checkPassword(password, username, email string) error {
	if len(password) > maxPasswordBytes || !utf8.ValidString(password) {
		return fmt.Errorf("%w: the password must be valid text of at most %d characters", ErrInvalid, MaxPasswordLength)
	}
	normal := norm.NFKC.String(password)
	switch n := utf8.RuneCountInString(normal); {
	case n < MinPasswordLength:
		return fmt.Errorf("%w: the password must have at least %d characters", ErrInvalid, MinPasswordLength)
	case n > MaxPasswordLength:
		return fmt.Errorf("%w: the password must have at most %d characters", ErrInvalid, MaxPasswordLength)
	case strings.EqualFold(normal, username), email != "" && strings.EqualFold(normal, email):
		return fmt.Errorf("%w: the password must differ from the username and the e-mail address", ErrInvalid)
	case strings.Count(normal, string([]rune(normal)[0])) == n:
		return fmt.Errorf("%w: the password must not repeat a single character", ErrInvalid)
	}
	return nil
}
