package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mtbwiki/mtbwiki/importer/dump"
	"github.com/mtbwiki/mtbwiki/importer/layer"
)

type exportCommand struct {
	Dump  exportDumpCommand  `cmd:"" help:"Write everything that everybody may read into a folder: pages with their history, vocabularies, lines, and layers of open data under their own licences. It is no backup."`
	Layer exportLayerCommand `cmd:"" help:"Write a layer of open data as a file, under its own licence and with its attribution."`
}

type exportDumpCommand struct {
	databaseFlags
	Output string `short:"o" required:"" placeholder:"FOLDER" help:"Folder to make; it must not be there yet."`
}

func (c *exportDumpCommand) Run(ctx context.Context, s streams) error {
	if err := upToDate(ctx, c.DatabaseURL); err != nil {
		return err
	}
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	m, err := dump.Write(ctx, pool, c.Output)
	if errors.Is(err, os.ErrExist) {
		return usagef("--output %s is there already; it is left alone", c.Output)
	}
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		if _, err := fmt.Fprintf(s.out, "%8d  %s  %s\n", f.Records, f.Name, f.Licence); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(s.out, "Wrote %s. Attribution and sums are in its manifest.json.\n", c.Output)
	return err
}

type exportLayerCommand struct {
	databaseFlags
	Source   string `default:"openstreetmap" placeholder:"CODE" help:"Code of the source. Default: ${default}."`
	Format   string `default:"geojson" enum:"geojson" help:"Format of the file: geojson."`
	Region   string `placeholder:"SLUG" xor:"where" help:"Only what lies in systems of this region."`
	System   string `placeholder:"SLUG" xor:"where" help:"Only what lies in this system."`
	Elements bool   `help:"The source's elements as they were read, rather than the trails and routes made of them."`
	All      bool   `help:"What is not public too: name-only, hidden and archived places. Not for others."`
	Output   string `short:"o" required:"" placeholder:"FILE" help:"File to write; it must not be there yet."`
}

func (c *exportLayerCommand) Run(ctx context.Context, s streams) error {
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	features := 0
	err = writeNew(c.Output, func(f *os.File) error {
		features, err = layer.Export(ctx, pool, f, layer.ExportOptions{Source: c.Source, Region: c.Region, System: c.System, Elements: c.Elements, All: c.All})
		return err
	})
	if errors.Is(err, layer.ErrSource) || errors.Is(err, layer.ErrPlace) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "Wrote %d features to %s.\n", features, c.Output)
	return err
}
