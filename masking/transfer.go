package masking

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Verified is the comment of the schema wiki in a database that [Transfer] filled:
// whoever lets people in looks for it first.
const Verified = "masked and verified"

// Transfer copies what stands in the tables of a masked database into another one, on
// whatever server, so that nothing of what was masked ever is on that server, neither
// in its files nor in its backups. It returns the number of rows by table.
//
// Both must be at the same migration. The user of to must own the tables, which are
// emptied first. It is one transaction there: what fails leaves that database as it
// was. Source and result are verified, and only then the schema wiki says so
// ([Verified]).
func Transfer(ctx context.Context, from, to *pgx.Conn) (rows map[string]int64, err error) {
	read := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, from, read, func(source pgx.Tx) error {
		return pgx.BeginFunc(ctx, to, func(target pgx.Tx) (err error) {
			rows, err = transfer(ctx, source, target)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	_, err = to.Exec(ctx, "ANALYZE")
	return rows, err
}

func transfer(ctx context.Context, source, target pgx.Tx) (map[string]int64, error) {
	columns, err := plan(ctx, source)
	if err != nil {
		return nil, err
	}
	there, err := plan(ctx, target)
	if err != nil {
		return nil, err
	}
	if err := sameColumns(columns, there); err != nil {
		return nil, err
	}
	if err := verify(ctx, source, columns); err != nil {
		return nil, fmt.Errorf("the source isn't masked: %w", err)
	}
	names := tablesOf(columns)
	restore, err := open(ctx, target, names)
	if err != nil {
		return nil, err
	}
	rows := map[string]int64{}
	for _, name := range names {
		if rows[name], err = copyTable(ctx, source, target, name, columns); err != nil {
			return nil, fmt.Errorf("masking: copying the table %s: %w", name, err)
		}
	}
	for _, sql := range restore {
		if _, err := target.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("masking: %s: %w", sql, err)
		}
	}
	if err := verify(ctx, target, there); err != nil {
		return nil, err
	}
	_, err = target.Exec(ctx, "COMMENT ON SCHEMA wiki IS '"+Verified+"'")
	return rows, err
}

func sameColumns(a, b []column) error {
	list := func(columns []column) (out []string) {
		for _, c := range columns {
			out = append(out, c.name()+" "+c.Type)
		}
		return out
	}
	from, to := list(a), list(b)
	var problems []error
	for _, c := range from {
		if !slices.Contains(to, c) {
			problems = append(problems, fmt.Errorf("masking: the source has %s and the target doesn't; migrate both", c))
		}
	}
	for _, c := range to {
		if !slices.Contains(from, c) {
			problems = append(problems, fmt.Errorf("masking: the target has %s and the source doesn't; migrate both", c))
		}
	}
	return errors.Join(problems...)
}

// open empties the tables and takes away what would look at rows one by one or in a
// certain order: triggers and references. The statements returned bring it back, and
// check every reference.
func open(ctx context.Context, tx pgx.Tx, names []string) (restore []string, err error) {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = table(name)
		// Records admit no change; who owns them may say otherwise.
		if _, err := tx.Exec(ctx, "ALTER TABLE "+list[i]+" DISABLE TRIGGER USER"); err != nil {
			return nil, err
		}
		restore = append(restore, "ALTER TABLE "+list[i]+" ENABLE TRIGGER USER")
	}
	if _, err := tx.Exec(ctx, "TRUNCATE "+strings.Join(list, ", ")); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
		  format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
		FROM pg_constraint
		WHERE contype = 'f' AND connamespace = 'wiki'::regnamespace AND conparentid = 0
		ORDER BY conrelid::regclass::text COLLATE "C", conname COLLATE "C"`)
	if err != nil {
		return nil, err
	}
	var drops []string
	var dropSQL, addSQL string
	if _, err := pgx.ForEachRow(rows, []any{&dropSQL, &addSQL}, func() error {
		drops, restore = append(drops, dropSQL), append(restore, addSQL)
		return nil
	}); err != nil {
		return nil, err
	}
	for _, sql := range drops {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	return restore, nil
}

// copyTable copies rows as text: in PostgreSQL's binary form arrays hold the numbers
// of types, which differ from database to database.
func copyTable(ctx context.Context, source, target pgx.Tx, name string, columns []column) (int64, error) {
	var list []string
	for _, c := range columns {
		if c.Table == name && !c.generated {
			list = append(list, c.quoted())
		}
	}
	what := strings.Join(list, ", ")
	r, w := io.Pipe()
	sent := make(chan error, 1)
	var out int64
	go func() {
		tag, err := source.Conn().PgConn().CopyTo(ctx, w, "COPY (SELECT "+what+" FROM "+table(name)+") TO STDOUT")
		out = tag.RowsAffected()
		sent <- errors.Join(err, w.CloseWithError(err))
	}()
	tag, err := target.Conn().PgConn().CopyFrom(ctx, r, "COPY "+table(name)+" ("+what+") FROM STDIN")
	// Whoever still sends must not wait for ever.
	_ = r.CloseWithError(io.ErrClosedPipe)
	if sendErr := <-sent; err == nil {
		err = sendErr
	}
	if err != nil {
		return 0, err
	}
	if in := tag.RowsAffected(); in != out {
		return 0, fmt.Errorf("%d rows went out and %d came in", out, in)
	}
	return out, copyCounters(ctx, source, target, name, columns)
}

// copyCounters lets identity columns go on counting where those of the source are.
func copyCounters(ctx context.Context, source, target pgx.Tx, name string, columns []column) error {
	for _, c := range columns {
		if c.Table != name {
			continue
		}
		sequence := func(tx pgx.Tx) (s *string, err error) {
			err = tx.QueryRow(ctx, "SELECT pg_get_serial_sequence($1, $2)", table(name), c.Name).Scan(&s)
			return s, err
		}
		from, err := sequence(source)
		if err != nil {
			return err
		}
		if from == nil {
			continue
		}
		to, err := sequence(target)
		if err != nil {
			return err
		}
		if to == nil {
			return fmt.Errorf("the column %s counts in the source and not in the target", c.Name)
		}
		var last int64
		var called bool
		// The name comes from PostgreSQL, quoted.
		if err := source.QueryRow(ctx, "SELECT last_value, is_called FROM "+*from).Scan(&last, &called); err != nil {
			return err
		}
		if _, err := target.Exec(ctx, "SELECT setval(CAST($1 AS regclass), $2, $3)", *to, last, called); err != nil {
			return err
		}
	}
	return nil
}
