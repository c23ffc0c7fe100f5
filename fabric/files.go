package fabric

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/identity"
)

// Endpoints is what endpoints.json says of a running wiki. The file is readable
// by its owner only: it holds keys.
type Endpoints struct {
	Site        string `json:"site"`
	GraphQL     string `json:"graphql"`
	Realtime    string `json:"realtime"`
	DataAPI     string `json:"dataApi,omitempty"`
	APIKey      string `json:"apiKey"`
	DatabaseURL string `json:"databaseUrl"`

	Issuer   string `json:"issuer"`
	ClientID string `json:"clientId"`

	// What a Data API or IAM client needs.
	ResourceARN     string `json:"resourceArn,omitempty"`
	SecretARN       string `json:"secretArn,omitempty"`
	AccessKeyID     string `json:"accessKeyId,omitempty"`
	SecretAccessKey string `json:"secretAccessKey,omitempty"`
	Region          string `json:"region,omitempty"`
}

func (e Endpoints) write(path string) error { return writePrivate(path, e) }

// Account is a demonstration account.
type Account struct {
	Username string   `json:"username"`
	Password string   `json:"password"`
	Groups   []string `json:"groups,omitempty"`
	Role     string   `json:"role"`
}

type secrets struct {
	Credentials
	CookieKey []byte `json:"cookieKey"`
}

// loadSecrets reads the keys of a data directory, or makes them once.
func loadSecrets(path string) (*secrets, error) {
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		var s secrets
		if err := json.Unmarshal(text, &s); err != nil || s.APIKey == "" || len(s.CookieKey) != 32 {
			return nil, fmt.Errorf("fabric: %s is damaged; remove it and new keys are made (all sessions end)", path)
		}
		return &s, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("fabric: %w", err)
	}
	var s secrets
	var err1, err2, err3 error
	s.APIKey, err1 = randomToken(20)
	s.APIKey = "da2-" + s.APIKey
	s.AccessKeyID, err2 = randomToken(12)
	s.AccessKeyID = "AKIALOCAL" + s.AccessKeyID
	s.SecretAccessKey, err3 = randomToken(30)
	s.CookieKey = make([]byte, 32)
	_, err4 := rand.Read(s.CookieKey)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, fmt.Errorf("fabric: making keys: %w", err)
	}
	return &s, writePrivate(path, s)
}

// randomToken returns n random bytes in letters, digits, hyphens and underscores.
func randomToken(n int) (string, error) {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// marker is the file that says that a data directory is ours.
const marker = "mtbwiki.json"

// ours are the names that this program makes in a data directory. Nothing else in
// it is ever removed.
var ours = []string{"postgres", "identity", "secrets.json", "accounts.json", "endpoints.json", "ended-sessions"}

// ErrForeignDir is returned for a directory that holds files of others.
var ErrForeignDir = errors.New("it holds files that were not made by this program")

// checkDataDir refuses a directory with anything in it but without our marker.
// Hidden files don't count: a home directory of a service may have them.
func checkDataDir(dir string) (marked bool, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("fabric: the data directory can't be read: %w; choose another one with --data-dir", err)
	}
	foreign := ""
	for _, e := range entries {
		if e.Name() == marker {
			return true, nil
		}
		if !strings.HasPrefix(e.Name(), ".") && e.Name() != "lost+found" {
			foreign = e.Name()
		}
	}
	if foreign != "" {
		return false, fmt.Errorf("fabric: %s can't be a data directory: %w (%s); choose an empty or a new one with --data-dir", dir, ErrForeignDir, foreign)
	}
	return false, nil
}

// ClearDataDir removes what this program made in a data directory, and nothing
// else. A directory without our marker is refused.
func ClearDataDir(dir string) error {
	marked, err := checkDataDir(dir)
	if err != nil {
		return err
	}
	if !marked {
		return nil // empty, or not there
	}
	var errs []error
	for _, name := range ours { // the marker stays: the directory stays ours
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	return errors.Join(errs...)
}

// prepareDataDir makes the directory and tells early when it can't be written, or
// isn't ours.
func prepareDataDir(dir string) error {
	if dir == "" {
		return errors.New("fabric: no data directory given")
	}
	marked, err := checkDataDir(dir)
	if err != nil {
		return err
	}
	// The server's own user must be able to pass through; the files inside are private.
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return fmt.Errorf("fabric: the data directory can't be made: %w; choose another one with --data-dir", err)
	}
	probe := filepath.Join(dir, ".writable")
	if err := os.WriteFile(probe, nil, 0o600); err != nil {
		return fmt.Errorf("fabric: the data directory can't be written: %w; choose another one with --data-dir", err)
	}
	if err := os.Remove(probe); err != nil {
		return err
	}
	if marked {
		return nil
	}
	return writePrivate(filepath.Join(dir, marker), map[string]any{"madeBy": "mtbwiki", "format": 1})
}

// writePrivate writes JSON for the owner's eyes, whole or not at all.
func writePrivate(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("fabric: %w", err)
	}
	_, err = tmp.Write(append(text, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("fabric: writing %s: %w", path, err), os.Remove(tmp.Name()))
	}
	return nil
}

// demoAccounts makes an account for each role, once per data directory.
func demoAccounts(ctx context.Context, pool *identity.Pool, path string) ([]Account, error) {
	var accounts []Account
	text, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(text, &accounts); err != nil {
			return nil, fmt.Errorf("fabric: %s is damaged: %w; remove it and the accounts get new passwords", path, err)
		}
		return accounts, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	accounts = []Account{
		{Username: "rider", Groups: []string{"riders"}, Role: "a rider: contributes, rates, proposes"},
		{Username: "local", Groups: []string{"riders"}, Role: "a rider who knows the invented highlands"},
		{Username: "moderator", Groups: []string{"riders", "moderators"}, Role: "a moderator: decides proposals, archives"},
		{Username: "admin", Groups: []string{"riders", "moderators", "admins"}, Role: "an admin"},
	}
	for i := range accounts {
		a := &accounts[i]
		if a.Password, err = identity.RandomPassword(); err != nil {
			return nil, err
		}
		u := identity.User{Username: a.Username, Email: a.Username + "@example.org", EmailVerified: true, Groups: a.Groups}
		_, err := pool.CreateUser(ctx, u, a.Password)
		if errors.Is(err, identity.ErrUserExists) {
			err = pool.SetPassword(ctx, a.Username, a.Password)
		}
		if err != nil {
			return nil, fmt.Errorf("fabric: making the account %s: %w", a.Username, err)
		}
	}
	return accounts, writePrivate(path, accounts)
}

// apiFiles are the definition's files: of a working tree, or built in.
func apiFiles(root string) fs.FS {
	if root == "" {
		return api.FS
	}
	return os.DirFS(filepath.Join(root, "api"))
}

func siteFiles(root string) fs.FS {
	if root == "" {
		return nil
	}
	return os.DirFS(filepath.Join(root, "website"))
}
