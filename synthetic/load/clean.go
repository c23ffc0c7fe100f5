package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/synthetic"
)

// CleanOptions of [Clean].
type CleanOptions struct {
	// Seed picks one batch; nil takes all.
	Seed *int64
	// Contributions takes what people wrote about synthetic places along: their
	// revisions and proposals of synthetic entities, what they say about them, and their
	// rides over synthetic trails.
	Contributions bool
	// Progress hears from time to time how far it is; may be nil.
	Progress func(string)
}

// CleanReport of [Clean].
type CleanReport struct {
	Seeds []int64
	// Entities and Rows taken out, of all tables.
	Entities, Rows int64
	Took           time.Duration
}

// gone are the entities to take out; deletions follow, from the leaves. Foreign
// keys are off meanwhile: put back, they prove that nothing hangs loose.
const gone = `
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
  SELECT e.id FROM wiki.entity e WHERE e.id BETWEEN $1 AND $2
  UNION
  -- What people said about them, and about that.
  SELECT p.id FROM api.remark_row p WHERE p.subject_id BETWEEN $1 AND $2 AND p.id NOT BETWEEN $1 AND $2
  UNION
  SELECT q.id FROM api.remark_row p JOIN api.remark_row q ON q.subject_id = p.id
  WHERE p.subject_id BETWEEN $1 AND $2 AND p.id NOT BETWEEN $1 AND $2 AND q.id NOT BETWEEN $1 AND $2`

// ridden and compared tell which rides and comparisons r are a synthetic rider's, or of
// a synthetic trail.
const (
	ridden   = "(EXISTS (SELECT FROM gone WHERE gone.id = r.rider_id) OR EXISTS (SELECT FROM gone WHERE gone.id = r.trail_id))"
	compared = "(EXISTS (SELECT FROM gone WHERE gone.id = r.rider_id) OR EXISTS (SELECT FROM gone WHERE gone.id IN (r.trail_id, r.other_id)))"
)

// contributed are statements that delete what people can have added to synthetic
// entities, beside what the generator's own tables have.
var contributed = []string{
	"DELETE FROM wiki.ride_condition x USING wiki.ride r WHERE r.id = x.ride_id AND " + ridden,
	"DELETE FROM wiki.perceived_rating x USING wiki.ride r WHERE r.id = x.ride_id AND " + ridden,
	"DELETE FROM wiki.ride r WHERE " + ridden,
	"DELETE FROM wiki.comparison r WHERE " + compared,
	"DELETE FROM wiki.reference x USING gone WHERE x.source_id = gone.id OR x.target_id = gone.id",
	"DELETE FROM wiki.text_link x USING gone WHERE x.source_id = gone.id",
	"DELETE FROM wiki.protection x USING gone WHERE x.entity_id = gone.id",
	"DELETE FROM wiki.hidden_revision x USING wiki.revision r, gone WHERE r.id = x.revision_id AND r.entity_id = gone.id",
	"DELETE FROM wiki.redaction x USING wiki.revision r, gone WHERE r.id = x.revision_id AND r.entity_id = gone.id",
	"DELETE FROM wiki.proposal x USING gone WHERE x.entity_id = gone.id",
	"DELETE FROM wiki.external_id x USING gone WHERE x.entity_id = gone.id",
	"DELETE FROM wiki.link x USING gone WHERE x.entity_id = gone.id",
	"DELETE FROM wiki.rider_avoid x USING gone WHERE x.rider_id = gone.id",
	"DELETE FROM wiki.system_subdivision x USING gone WHERE x.system_id = gone.id",
	"DELETE FROM wiki.region_country x USING gone WHERE x.region_id = gone.id",
	"DELETE FROM wiki.notice_confirmation x USING gone WHERE x.notice_id = gone.id OR x.rider_id = gone.id",
	"DELETE FROM wiki.flag x USING gone WHERE x.entity_id = gone.id OR x.rider_id = gone.id",
	"DELETE FROM wiki.watch x USING gone WHERE x.entity_id = gone.id OR x.rider_id = gone.id",
	"DELETE FROM wiki.notice_confirmation x USING gone WHERE x.notice_id = gone.id",
	"DELETE FROM wiki.outbox x USING gone WHERE x.entity_id = gone.id",
}

// records are the tables whose rows nobody may delete: taking out what was never
// real is the one exception, as is taking back a migration.
var records = map[string]string{
	"wiki.revision":         "revision_is_a_record",
	"wiki.revision_content": "revision_content_is_a_record",
	"wiki.audit_log":        "audit_log_is_a_record",
	"wiki.redaction":        "redaction_is_a_record",
}

// Clean takes synthetic data out: exactly what Seed made. When people have
// contributed to it, it refuses with ErrContributions and says what, unless these
// are to go too. conn must be the owner's.
func Clean(ctx context.Context, conn *pgx.Conn, opts CleanOptions) (CleanReport, error) {
	started := time.Now()
	if opts.Progress == nil {
		opts.Progress = func(string) {}
	}
	var report CleanReport
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return clean(ctx, tx, opts, &report) })
	if err != nil {
		return CleanReport{}, fmt.Errorf("taking synthetic data out, of which all is still there: %w", err)
	}
	opts.Progress("vacuuming")
	if err := vacuum(ctx, conn); err != nil {
		return report, fmt.Errorf("the synthetic data is gone, but %w", err)
	}
	report.Took = time.Since(started)
	return report, nil
}

func clean(ctx context.Context, tx pgx.Tx, opts CleanOptions, report *CleanReport) error {
	if err := prepare(ctx, tx); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "SELECT b.seed FROM wiki.synthetic_batch b WHERE $1::bigint IS NULL OR b.seed = $1 ORDER BY 1", opts.Seed)
	if err != nil {
		return err
	}
	report.Seeds, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	if len(report.Seeds) == 0 {
		return ErrNothing
	}
	keys, err := takeOffKeys(ctx, tx, true)
	if err != nil {
		return err
	}
	for table, trigger := range records {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+table+" DISABLE TRIGGER "+trigger); err != nil {
			return busy(err)
		}
	}
	for _, seed := range report.Seeds {
		opts.Progress(fmt.Sprintf("deleting what was made of seed %d", seed))
		if err := cleanBatch(ctx, tx, seed, opts.Contributions, report); err != nil {
			return err
		}
	}
	for table, trigger := range records {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+table+" ENABLE TRIGGER "+trigger); err != nil {
			return err
		}
	}
	// New statistics first, by which the checks are planned.
	if _, err := tx.Exec(ctx, "ANALYZE "+strings.Join(tableNames(), ", ")); err != nil {
		return err
	}
	opts.Progress(fmt.Sprintf("checking %d foreign keys", len(keys)))
	err = putBack(ctx, tx, keys)
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == "23503" {
		return fmt.Errorf("%w: something in %s.%s still refers to a synthetic entity (%s); take that reference out first",
			ErrContributions, e.SchemaName, e.TableName, e.Detail)
	}
	return err
}

func cleanBatch(ctx context.Context, tx pgx.Tx, seed int64, contributions bool, report *CleanReport) error {
	first, last := synthetic.IDRange(seed)
	for _, sql := range []string{"DROP TABLE IF EXISTS pg_temp.gone", strings.NewReplacer("$1", "'"+first.String()+"'", "$2", "'"+last.String()+"'").Replace(gone),
		"CREATE UNIQUE INDEX ON gone (id)", "ANALYZE gone"} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	if !contributions {
		var revisions, proposals, remarks, rides int64
		err := tx.QueryRow(ctx, `
SELECT (SELECT count(*) FROM wiki.revision r JOIN gone ON gone.id = r.entity_id AND gone.id BETWEEN $1 AND $2 WHERE r.id NOT BETWEEN $1 AND $2),
  (SELECT count(*) FROM wiki.proposal p JOIN gone ON gone.id = p.entity_id),
  (SELECT count(*) FROM gone WHERE gone.id NOT BETWEEN $1 AND $2),
  (SELECT count(*) FROM wiki.ride r WHERE r.id NOT BETWEEN $1 AND $2 AND `+ridden+`)
    + (SELECT count(*) FROM wiki.comparison r WHERE r.id NOT BETWEEN $1 AND $2 AND `+compared+`)`, first.String(), last.String()).Scan(&revisions, &proposals, &remarks, &rides)
		if err != nil {
			return err
		}
		if revisions+proposals+remarks+rides > 0 {
			return fmt.Errorf("%w: %d revisions, %d proposals, %d remarks and %d rides and comparisons of theirs would go with seed %d", ErrContributions, revisions, proposals, remarks, rides, seed)
		}
	}
	deletions := contributed
	for _, t := range synthetic.Tables {
		if t.Name != "revision_content" && t.Name != "entity" && t.Owner != "ride_id" {
			deletions = append(deletions[:len(deletions):len(deletions)], fmt.Sprintf("DELETE FROM wiki.%s x USING gone WHERE x.%s = gone.id", t.Name, t.Owner))
		}
	}
	deletions = append([]string{"DELETE FROM wiki.revision_content x USING wiki.revision r, gone WHERE r.id = x.revision_id AND r.entity_id = gone.id",
		"DELETE FROM wiki.discovery_document x USING gone WHERE x.system_id = gone.id"}, deletions...)
	for _, sql := range deletions {
		tag, err := tx.Exec(ctx, sql)
		if err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
		report.Rows += tag.RowsAffected()
	}
	tag, err := tx.Exec(ctx, "DELETE FROM wiki.entity x USING gone WHERE x.id = gone.id")
	if err != nil {
		return err
	}
	report.Entities += tag.RowsAffected()
	for _, sql := range []string{
		"DELETE FROM wiki.synthetic_batch b WHERE b.seed = $1",
		"DELETE FROM wiki.audit_log a WHERE a.action = '" + auditAction + "' AND (a.detail ->> 'seed')::bigint = $1",
	} {
		tag, err := tx.Exec(ctx, sql, seed)
		if err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
		report.Rows += tag.RowsAffected()
	}
	report.Rows += tag.RowsAffected()
	return nil
}
