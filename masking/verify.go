package masking

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Verify looks for what masking should have taken out of the database of conn:
// personal and secret columns hold pseudonyms, nothing, or defaults, and no text
// holds an address or telephone number. Each finding says where and how many, and
// none says what. [Mask] also looks for the secrets that it knew before.
func Verify(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		columns, err := plan(ctx, tx)
		if err != nil {
			return err
		}
		return verify(ctx, tx, columns)
	})
}

// remember keeps what is secret, and the texts that stand for persons elsewhere,
// until the transaction ends, for [verify] to look for it.
func remember(ctx context.Context, tx pgx.Tx, columns []column) error {
	if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE masked_secret (value text PRIMARY KEY) ON COMMIT DROP"); err != nil {
		return err
	}
	for _, c := range columns {
		if c.Class != Secret || c.Derived {
			continue
		}
		value := "CAST(" + c.quoted() + " AS text)"
		_, err := tx.Exec(ctx, fmt.Sprintf(`
			INSERT INTO masked_secret SELECT DISTINCT %[1]s FROM %[2]s WHERE length(%[1]s) >= 4 AND %[1]s !~ '%[3]s'
			ON CONFLICT DO NOTHING`, value, table(c.Table), pseudonym))
		if err != nil {
			return fmt.Errorf("masking: %s: %w", c.name(), err)
		}
	}
	_, err := tx.Exec(ctx, "ANALYZE masked_secret")
	return err
}

func verify(ctx context.Context, tx pgx.Tx, columns []column) error {
	var secrets bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('pg_temp.masked_secret') IS NOT NULL").Scan(&secrets); err != nil {
		return err
	}
	var problems []error
	look := func(c column, what, condition string) error {
		var n int64
		if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", table(c.Table), condition)).Scan(&n); err != nil {
			return fmt.Errorf("masking: looking at %s: %w", c.name(), err)
		}
		if n > 0 {
			problems = append(problems, fmt.Errorf("masking: %s: %s in %d rows", c.name(), what, n))
		}
		return nil
	}
	for _, c := range columns {
		q := c.quoted()
		value := "CAST(" + q + " AS text)"
		if c.Class != Public && !c.Derived {
			left, what := "", "a value that is no pseudonym"
			switch {
			case c.treatment == drop:
				left, what = "true", "a value that can only be dropped"
			case c.treatment == empty:
				left, what = q+" IS NOT NULL", "a value that should be empty"
			case c.treatment == reset && strings.Contains(c.Default, "("):
				// A default such as the present time: the same for all.
				left, what = q+" <> (SELECT min(x."+q+") FROM "+table(c.Table)+" x)", "a value other than the default"
			case c.treatment == reset:
				left, what = q+" IS DISTINCT FROM "+c.Default, "a value other than the default"
			case c.json():
				left, what = value+" NOT IN ('{}', '[]')", "JSON that isn't empty"
			case c.Type == "bytea":
				left = "length(" + q + ") <> 32"
			default:
				left = value + " !~ '" + pseudonym + "'"
			}
			if c.rows != "" {
				left = "(" + left + ") AND " + c.rows
			}
			if err := look(c, what, left); err != nil {
				return err
			}
		}
		// Whatever its class: these are sought in all that can hold text.
		if c.Type != "text" && c.Type != "character varying" && c.Type != "text[]" && !c.json() && c.Type != "bytea" {
			continue
		}
		if c.treatment == scrub || c.Class != Public {
			if err := look(c, "an e-mail address or telephone number", value+" ~ '"+c.contact()+"'"); err != nil {
				return err
			}
		}
		if !secrets {
			continue
		}
		in := value + " IN (SELECT s.value FROM masked_secret s)"
		if c.json() {
			in = `EXISTS (SELECT FROM jsonb_path_query(CAST(` + q + ` AS jsonb), 'lax $.** ? (@.type() == "string")') v JOIN masked_secret s ON s.value = v #>> '{}')`
		}
		if err := look(c, "a secret", in); err != nil {
			return err
		}
	}
	return errors.Join(problems...)
}
