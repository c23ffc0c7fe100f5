package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

const (
	recordVersion = 1
	// maxRecordBytes is far above the largest account the limits below allow;
	// a bigger file was not written by us.
	maxRecordBytes = 1 << 20
	// maxSessions of one account; the oldest gives way.
	maxSessions = 50
	// maxLiveTokens of one session: more than one is live only when a refresh
	// was repeated within the grace period.
	maxLiveTokens = 5
	// maxRememberedTokens of one session bounds what a client that refreshes
	// many times within the grace period can fill the file with.
	maxRememberedTokens = 20

	temporaryPrefix = ".new-"
)

// record is an account as it stands in its file.
type record struct {
	Version       int       `json:"version"`
	Sub           string    `json:"sub"`
	Username      string    `json:"username"`
	Email         string    `json:"email,omitempty"`
	EmailVerified bool      `json:"email_verified,omitempty"`
	Groups        []string  `json:"groups,omitempty"`
	Disabled      bool      `json:"disabled,omitempty"`
	PasswordHash  string    `json:"password_hash"`
	Created       time.Time `json:"created"`
	Modified      time.Time `json:"modified"`
	Sessions      []session `json:"sessions,omitempty"`
}

// session is what one sign-in opened: a chain of refresh tokens.
type session struct {
	// ID stands in the refresh token and nowhere else: whoever presents it held
	// a token of this session once, which is what lets us end the session when
	// the rest of the token is stale.
	ID string `json:"id"`
	// OriginJTI is the claim origin_jti of the session's tokens.
	OriginJTI string         `json:"origin_jti"`
	ClientID  string         `json:"client_id"`
	Scope     string         `json:"scope"`
	AuthTime  time.Time      `json:"auth_time"`
	Expires   time.Time      `json:"expires"`
	Tokens    []refreshToken `json:"tokens"`
}

// refreshToken is a digest: the file must not be enough to impersonate anybody.
type refreshToken struct {
	Hash string `json:"hash"` // hex SHA-256 of the secret part
	// Superseded is when the token was exchanged; nil while it is live.
	Superseded *time.Time `json:"superseded,omitempty"`
}

// userKey is the file name of an account. Usernames are compared without regard
// to case and Unicode form, as in a Cognito pool of today, so the key is taken
// from the folded name. A hash needs no escaping and has a fixed length.
func userKey(username string) string {
	sum := sha256.Sum256([]byte(foldUsername(username)))
	return hex.EncodeToString(sum[:16])
}

func foldUsername(username string) string {
	return norm.NFKC.String(strings.ToLower(norm.NFKC.String(username)))
}

func (p *Pool) userFile(key string) string { return filepath.Join(p.usersDir(), key+".json") }

// read returns the account with the given key, or ErrUserNotFound.
func (p *Pool) read(key string) (*record, error) {
	path := p.userFile(key)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUserNotFound
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxRecordBytes {
		return nil, fmt.Errorf("account file %s has %d bytes, more than an account can have; move it away or restore it", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUserNotFound
	}
	if err != nil {
		return nil, err
	}
	var rec record
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("account file %s is damaged (%w); restore it from a backup or move it away", path, err)
	}
	if rec.Version != recordVersion || rec.Sub == "" || userKey(rec.Username) != key {
		return nil, fmt.Errorf("account file %s does not hold the account its name stands for (version %d); restore it from a backup or move it away", path, rec.Version)
	}
	return &rec, nil
}

// records returns all accounts, in no particular order.
func (p *Pool) records() ([]*record, error) {
	keys, err := p.keys()
	if err != nil {
		return nil, err
	}
	all := make([]*record, 0, len(keys))
	for _, key := range keys {
		rec, err := p.read(key)
		if errors.Is(err, ErrUserNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, rec)
	}
	return all, nil
}

func (p *Pool) keys() ([]string, error) {
	entries, err := os.ReadDir(p.usersDir())
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(entries))
	for _, e := range entries {
		if key, ok := strings.CutSuffix(e.Name(), ".json"); ok && !strings.HasPrefix(key, ".") {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// update changes one account: it reads the newest state, lets change work on it
// and replaces the file, all under the lock. When change returns an error, the
// file stays as it was.
func (p *Pool) update(ctx context.Context, key string, change func(*record) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	unlock, err := p.lock()
	if err != nil {
		return err
	}
	defer unlock()
	rec, err := p.read(key)
	if err != nil {
		return err
	}
	if err := change(rec); err != nil {
		return err
	}
	return p.write(key, rec)
}

// write must be called under the lock.
func (p *Pool) write(key string, rec *record) error {
	now := p.now()
	rec.Version = recordVersion
	rec.Modified = now.UTC()
	rec.Sessions = trimSessions(rec.Sessions, now)
	data, err := json.MarshalIndent(rec, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(p.userFile(key), append(data, '\n'))
}

// trimSessions drops what has expired and, beyond the limit, the oldest.
func trimSessions(all []session, now time.Time) []session {
	kept := all[:0]
	for _, s := range all {
		if now.Before(s.Expires) {
			kept = append(kept, s)
		}
	}
	if extra := len(kept) - maxSessions; extra > 0 {
		kept = kept[extra:]
	}
	return kept
}

// lock admits one writer at a time, in this process and among processes.
func (p *Pool) lock() (unlock func(), err error) {
	p.writing.Lock()
	release, err := lockFile(filepath.Join(p.cfg.Dir, "lock"), 10*time.Second)
	if err != nil {
		p.writing.Unlock()
		return nil, err
	}
	return func() {
		release()
		p.writing.Unlock()
	}, nil
}

// writeFile replaces path by data so that after a crash the file holds either
// all of the old or all of the new content, and after a return the new.
func writeFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, temporaryPrefix) // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreNotExist(os.Remove(f.Name())))
		}
	}()
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// removeLeftovers deletes temporary files of a process that was killed between
// writing and renaming. It must be called under the lock.
func removeLeftovers(dirs ...string) error {
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), temporaryPrefix) {
				if err := ignoreNotExist(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func ignoreNotExist(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// remove deletes an account. It must be called under the lock.
func (p *Pool) remove(key string) error {
	err := os.Remove(p.userFile(key))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrUserNotFound
	}
	if err != nil {
		return err
	}
	return syncDir(p.usersDir())
}
