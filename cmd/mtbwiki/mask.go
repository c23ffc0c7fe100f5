package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/masking"
)

type maskCommand struct {
	Copy   maskCopyCommand   `cmd:"" help:"Make a masked copy of a database on its server, for the stage Gamma: without what is of a person or secret. Nobody may be connected to the database meanwhile, and nobody can connect to the copy before it is verified."`
	Verify maskVerifyCommand `cmd:"" help:"Look for personal and secret data in a database that should have none."`
}

type maskCopyCommand struct {
	databaseFlags
	To string `required:"" placeholder:"NAME" help:"Name of the copy; a database of this name is replaced once the copy is verified."`
}

func (c *maskCopyCommand) Run(ctx context.Context, s streams) error {
	if err := upToDate(ctx, c.DatabaseURL); err != nil {
		return err
	}
	report, err := masking.Copy(ctx, c.DatabaseURL, c.To)
	if errors.Is(err, masking.ErrInUse) {
		return fmt.Errorf("%w; stop what uses it until the copy is made", err)
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(report.Changed)) {
		if n := report.Changed[name]; n > 0 {
			if _, err := fmt.Fprintf(s.out, "%8d rows changed in %s\n", n, name); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(report.Dropped)) {
		if _, err := fmt.Fprintf(s.out, "%8d rows dropped from %s\n", report.Dropped[name], name); err != nil {
			return err
		}
	}
	var columns []string
	for _, what := range slices.Sorted(maps.Keys(report.Columns)) {
		columns = append(columns, fmt.Sprintf("%d %s", report.Columns[what], what))
	}
	_, err = fmt.Fprintf(s.out, "Columns: %s.\nThe copy %s is masked and verified.\n", strings.Join(columns, ", "), c.To)
	return err
}

type maskVerifyCommand struct {
	databaseFlags
}

func (c *maskVerifyCommand) Run(ctx context.Context, s streams) (err error) {
	conn, err := pgx.Connect(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := masking.Verify(ctx, conn); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "Nothing personal or secret was found.")
	return err
}
