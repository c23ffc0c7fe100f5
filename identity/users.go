package identity

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

const (
	maxUsernameLength = 128 // characters, as in Cognito
	maxEmailBytes     = 254 // RFC 5321, section 4.5.3.1.3, less the brackets
	maxGroups         = 100 // of one user, as in Cognito
	maxGroupLength    = 128 // characters, as in Cognito
)

// User is an account as its administrator sees it.
type User struct {
	// Sub is the subject, a UUID that the pool gives and never changes or reuses.
	// It is ignored when an account is created.
	Sub string
	// Username names the account at sign-in, regardless of case, and never
	// changes. Letters, digits and . - _ + @ are accepted.
	Username string
	// Email may be empty.
	Email string
	// EmailVerified says that somebody proved the address; the pool does not.
	EmailVerified bool
	// Groups are the claim cognito:groups, sorted.
	Groups []string
	// Disabled accounts cannot sign in or refresh.
	Disabled bool
	// Created and Modified are set by the pool, in UTC. Signing in modifies.
	Created, Modified time.Time
}

func (r *record) user() User {
	return User{
		Sub: r.Sub, Username: r.Username, Email: r.Email, EmailVerified: r.EmailVerified,
		Groups: slices.Clone(r.Groups), Disabled: r.Disabled, Created: r.Created, Modified: r.Modified,
	}
}

// CreateUser makes an account and returns it with its new subject. It fails with
// ErrUserExists when the username is taken (in whatever case), ErrInvalid when a
// field or the password is not acceptable, and ErrPoolFull.
func (p *Pool) CreateUser(ctx context.Context, u User, password string) (User, error) {
	rec, err := p.newRecord(ctx, u, password)
	if err != nil {
		return User{}, fmt.Errorf("identity: create user %q: %w", u.Username, err)
	}
	if err := p.insert(ctx, rec); err != nil {
		return User{}, fmt.Errorf("identity: create user %q: %w", u.Username, err)
	}
	p.log.InfoContext(ctx, "user created", "sub", rec.Sub, "groups", rec.Groups)
	return rec.user(), nil
}

func (p *Pool) newRecord(ctx context.Context, u User, password string) (*record, error) {
	if err := checkUsername(u.Username); err != nil {
		return nil, err
	}
	if err := checkEmail(u.Email); err != nil {
		return nil, err
	}
	groups, err := checkGroups(u.Groups)
	if err != nil {
		return nil, err
	}
	if err := checkPassword(password, u.Username, u.Email); err != nil {
		return nil, err
	}
	hash, err := p.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	sub, err := uuid.NewRandom()
	if err != nil {
		return nil, err
	}
	return &record{
		Sub: sub.String(), Username: u.Username, Email: u.Email,
		EmailVerified: u.EmailVerified && u.Email != "", Groups: groups, Disabled: u.Disabled,
		PasswordHash: hash, Created: p.now().UTC(),
	}, nil
}

func (p *Pool) insert(ctx context.Context, rec *record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	unlock, err := p.lock()
	if err != nil {
		return err
	}
	defer unlock()
	keys, err := p.keys()
	if err != nil {
		return err
	}
	key := userKey(rec.Username)
	if slices.Contains(keys, key) {
		return ErrUserExists
	}
	if len(keys) >= p.cfg.MaxUsers {
		return fmt.Errorf("%w: it has %d accounts; raise MaxUsers", ErrPoolFull, len(keys))
	}
	return p.write(key, rec)
}

// User returns the account with the given name, or ErrUserNotFound.
func (p *Pool) User(username string) (User, error) {
	rec, err := p.read(userKey(username))
	if err != nil {
		return User{}, fmt.Errorf("identity: user %q: %w", username, err)
	}
	return rec.user(), nil
}

// Users returns all accounts, sorted by username.
func (p *Pool) Users() ([]User, error) {
	recs, err := p.records()
	if err != nil {
		return nil, fmt.Errorf("identity: list users: %w", err)
	}
	users := make([]User, len(recs))
	for i, rec := range recs {
		users[i] = rec.user()
	}
	slices.SortFunc(users, func(a, b User) int {
		return cmp.Compare(foldUsername(a.Username), foldUsername(b.Username))
	})
	return users, nil
}

// SetPassword replaces the password and ends all sessions of the account.
func (p *Pool) SetPassword(ctx context.Context, username, password string) error {
	u, err := p.User(username)
	if err != nil {
		return err
	}
	if err := checkPassword(password, u.Username, u.Email); err != nil {
		return fmt.Errorf("identity: user %q: set password: %w", username, err)
	}
	// Hashing takes long: not under the lock.
	hash, err := p.hasher.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("identity: user %q: set password: %w", username, err)
	}
	return p.change(ctx, "set password", username, func(rec *record) error {
		if rec.Sub != u.Sub {
			return ErrUserNotFound // deleted and made anew meanwhile
		}
		rec.PasswordHash = hash
		rec.Sessions = nil
		return nil
	})
}

// SetGroups replaces the groups of the account. Tokens show it from the next
// refresh on.
func (p *Pool) SetGroups(ctx context.Context, username string, groups []string) error {
	return p.change(ctx, "set groups", username, func(rec *record) (err error) {
		rec.Groups, err = checkGroups(groups)
		return err
	})
}

// AddGroup puts the account into a group; it may be there already.
func (p *Pool) AddGroup(ctx context.Context, username, group string) error {
	return p.change(ctx, "add group", username, func(rec *record) (err error) {
		rec.Groups, err = checkGroups(append(slices.Clone(rec.Groups), group))
		return err
	})
}

// RemoveGroup takes the account out of a group; it may be out already.
func (p *Pool) RemoveGroup(ctx context.Context, username, group string) error {
	return p.change(ctx, "remove group", username, func(rec *record) error {
		rec.Groups = slices.DeleteFunc(rec.Groups, func(g string) bool { return g == group })
		return nil
	})
}

// SetEmail replaces the e-mail address of the account; empty removes it.
func (p *Pool) SetEmail(ctx context.Context, username, email string, verified bool) error {
	return p.change(ctx, "set e-mail address", username, func(rec *record) error {
		if err := checkEmail(email); err != nil {
			return err
		}
		rec.Email, rec.EmailVerified = email, verified && email != ""
		return nil
	})
}

// Disable keeps the account from signing in and ends its sessions. Tokens that
// are out stay valid until they expire.
func (p *Pool) Disable(ctx context.Context, username string) error {
	return p.change(ctx, "disable", username, func(rec *record) error {
		rec.Disabled = true
		rec.Sessions = nil
		return nil
	})
}

// Enable undoes Disable.
func (p *Pool) Enable(ctx context.Context, username string) error {
	return p.change(ctx, "enable", username, func(rec *record) error {
		rec.Disabled = false
		return nil
	})
}

// SignOutEverywhere ends all sessions of the account.
func (p *Pool) SignOutEverywhere(ctx context.Context, username string) error {
	return p.change(ctx, "sign out everywhere", username, func(rec *record) error {
		rec.Sessions = nil
		return nil
	})
}

// DeleteUser removes the account. The username becomes free; its subject is
// never given again.
func (p *Pool) DeleteUser(ctx context.Context, username string) error {
	if err := p.deleteUser(ctx, userKey(username)); err != nil {
		return fmt.Errorf("identity: delete user %q: %w", username, err)
	}
	p.log.InfoContext(ctx, "user deleted")
	return nil
}

func (p *Pool) deleteUser(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	unlock, err := p.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return p.remove(key)
}

func (p *Pool) change(ctx context.Context, what, username string, f func(*record) error) error {
	var sub string
	err := p.update(ctx, userKey(username), func(rec *record) error {
		sub = rec.Sub
		return f(rec)
	})
	if err != nil {
		return fmt.Errorf("identity: user %q: %s: %w", username, what, err)
	}
	p.log.InfoContext(ctx, "user changed", "sub", sub, "change", what)
	return nil
}

// RandomPassword returns a password of 26 letters and digits (130 random bits)
// for accounts that a program makes.
func RandomPassword() (string, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("identity: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random)), nil
}

func checkUsername(name string) error {
	// The length in bytes first, so that counting costs nothing.
	if name == "" || len(name) > 4*maxUsernameLength || utf8.RuneCountInString(name) > maxUsernameLength {
		return fmt.Errorf("%w: the username must have 1 to %d characters", ErrInvalid, maxUsernameLength)
	}
	for i, r := range name {
		switch {
		case r == utf8.RuneError:
			return fmt.Errorf("%w: the username is not valid text", ErrInvalid)
		case unicode.IsLetter(r), unicode.IsDigit(r):
		case i > 0 && unicode.IsMark(r), strings.ContainsRune(".-_+@", r):
		default:
			return fmt.Errorf("%w: the username must not contain %q; use letters, digits and . - _ + @", ErrInvalid, r)
		}
	}
	return nil
}

func checkEmail(email string) error {
	if email == "" {
		return nil
	}
	if len(email) > maxEmailBytes {
		return fmt.Errorf("%w: the e-mail address is longer than %d bytes", ErrInvalid, maxEmailBytes)
	}
	addr, err := mail.ParseAddress(email)
	if err != nil || addr.Address != email {
		return fmt.Errorf("%w: %q is not an e-mail address", ErrInvalid, email)
	}
	return nil
}

// checkGroups returns the groups sorted and without repetition.
func checkGroups(groups []string) ([]string, error) {
	for _, g := range groups {
		if g == "" || len(g) > 4*maxGroupLength || utf8.RuneCountInString(g) > maxGroupLength || !utf8.ValidString(g) {
			return nil, fmt.Errorf("%w: a group name must have 1 to %d characters", ErrInvalid, maxGroupLength)
		}
		if strings.ContainsFunc(g, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return nil, fmt.Errorf("%w: group %q contains a space or control character", ErrInvalid, g)
		}
	}
	sorted := slices.Clone(groups)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if len(sorted) > maxGroups {
		return nil, fmt.Errorf("%w: %d groups; a user can be in at most %d", ErrInvalid, len(sorted), maxGroups)
	}
	return sorted, nil
}

// errWrongCredentials covers no such user, wrong password and disabled account:
// a stranger must not learn which.
var errWrongCredentials = errors.New("wrong username or password")

// limitedError says that too many attempts were made.
type limitedError struct{ wait time.Duration }

func (e *limitedError) Error() string {
	return fmt.Sprintf("too many attempts; wait %v", e.wait.Round(time.Second))
}

// authenticate checks a password on behalf of the given address. It returns
// errWrongCredentials, a *limitedError, ErrBusy or an error of the store.
func (p *Pool) authenticate(ctx context.Context, address, username, password string) (*record, error) {
	now := p.now()
	key := userKey(username[:min(len(username), 4*maxUsernameLength)])
	if wait, ok := p.byAddress.take(address, now); !ok {
		return nil, &limitedError{wait}
	}
	if wait, ok := p.byUser.take(key, now); !ok {
		return nil, &limitedError{wait}
	}
	rec, err := p.read(key)
	known := err == nil
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return nil, err
	}
	hash := p.decoyHash
	if known {
		hash = rec.PasswordHash
	}
	// What is too long to be anybody's password is cut rather than refused, so
	// that it costs the same as any wrong one.
	match, err := p.hasher.matches(ctx, password[:min(len(password), maxPasswordBytes+1)], hash)
	if err != nil {
		return nil, err
	}
	if !known || !match || rec.Disabled {
		if known {
			p.log.WarnContext(ctx, "sign-in refused", "sub", rec.Sub, "address", address, "disabled", rec.Disabled)
		}
		return nil, errWrongCredentials
	}
	p.byAddress.giveBack(address, now)
	p.byUser.giveBack(key, now)
	return rec, nil
}
