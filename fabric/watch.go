package fabric

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/database"
)

// watchInterval is how often the working tree is looked at: a changed file
// serves within a second. Looking at names, sizes and times of a few hundred
// files costs about a millisecond.
const watchInterval = 300 * time.Millisecond

// watch reads the parts of a working tree again when they change. What is broken
// is reported with file and line while the last good version keeps serving.
func (f *Fabric) watch(cfg Config, adminURL string, runtimeDefinition func(*api.Definition) appsync.Definition) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	f.onStop(func(context.Context) error {
		cancel()
		done.Wait()
		return nil
	})
	parts := []struct {
		dir    string
		reload func() error
	}{
		{"api", func() error {
			d, err := api.Load(apiFiles(cfg.Watch))
			if err != nil {
				return err
			}
			return f.api.Reload(runtimeDefinition(d))
		}},
		{filepath.Join("database", "api"), func() error {
			_, err := database.ApplyCode(ctx, adminURL, database.Options{
				Log: cfg.Log, Code: os.DirFS(filepath.Join(cfg.Watch, "database", "api")),
			})
			return err
		}},
		{"content", func() error { return f.importContent(ctx, cfg) }},
	}
	for _, p := range parts {
		dir := filepath.Join(cfg.Watch, p.dir)
		seen, err := fingerprint(dir)
		if err != nil {
			cfg.Log.Error("can't watch", "dir", dir, "error", err)
			continue
		}
		done.Add(1)
		go func() {
			defer done.Done()
			tick := time.NewTicker(watchInterval)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				now, err := fingerprint(dir)
				if err != nil || now == seen {
					continue // a file may vanish while an editor saves it
				}
				seen = now
				if err := p.reload(); err != nil {
					cfg.Progress(fmt.Sprintf("%s is broken; the last good version keeps serving:\n%v", p.dir, err))
					continue
				}
				cfg.Progress(p.dir + " reloaded.")
			}
		}()
	}
}

// fingerprint of a folder: names, sizes and times of its files.
func fingerprint(dir string) (uint64, error) {
	h := fnv.New64a()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		return err
	})
	return h.Sum64(), err
}
