package masking_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/masking"
)

// TestTransfer holds that what arrives is what was masked, with everything that looks
// after rows in its place again.
func TestTransfer(t *testing.T) {
	t.Parallel()
	from, to := world(t), databasetest.New(t)
	source, target := as(t, from.OwnerURL), as(t, to.OwnerURL)
	before := dump(t, target)
	rules := func() string {
		return value(t, target, `SELECT string_agg(x, E'\n' ORDER BY x) FROM (
			SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'wiki'::regnamespace
			UNION ALL SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal) r (x)`)
	}
	rulesBefore := rules()

	// What isn't masked doesn't leave its server.
	if _, err := masking.Transfer(t.Context(), source, target); err == nil || !strings.Contains(err.Error(), "the source isn't masked") || strings.Contains(err.Error(), "Berta") {
		t.Errorf("a source that isn't masked: %v", err)
	}
	if diff := cmp.Diff(before, dump(t, target)); diff != "" {
		t.Errorf("and left something (-before +after):\n%s", diff)
	}

	if _, err := masking.Mask(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	rows, err := masking.Transfer(t.Context(), source, target)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dump(t, source), dump(t, target)); diff != "" {
		t.Errorf("what was masked and what arrived (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(rulesBefore, rules()); diff != "" {
		t.Errorf("constraints and triggers (-before +after):\n%s", diff)
	}
	if rows["rider"] == 0 || rows["revision"] == 0 {
		t.Errorf("rows: %v", rows)
	}
	if got := value(t, target, "SELECT obj_description('wiki'::regnamespace, 'pg_namespace')"); got != masking.Verified {
		t.Errorf("the schema says %q", got)
	}
	// Counting goes on where it was.
	if want, got := value(t, source, "SELECT max(id) FROM wiki.audit_log"), value(t, target, "SELECT nextval(pg_get_serial_sequence('wiki.audit_log', 'id')) - 1"); want != got {
		t.Errorf("the journal counted to %s, and goes on after %s", want, got)
	}
	// A second time takes the place of the first.
	if _, err := masking.Transfer(t.Context(), source, target); err != nil {
		t.Error(err)
	}
}

// TestTransferRefuses holds that tables that differ stop it before anything is emptied.
func TestTransferRefuses(t *testing.T) {
	t.Parallel()
	from, to := world(t), world(t)
	source, target := as(t, from.OwnerURL), as(t, to.OwnerURL)
	if _, err := masking.Mask(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	before := dump(t, target)
	exec(t, from, "ALTER TABLE wiki.tip ADD COLUMN mood text; COMMENT ON COLUMN wiki.tip.mood IS 'Mood. [public]'")
	if _, err := masking.Transfer(t.Context(), source, target); err == nil || !strings.Contains(err.Error(), "the source has tip.mood text and the target doesn't") {
		t.Errorf("a column more: %v", err)
	}
	exec(t, to, "ALTER TABLE wiki.tip ADD COLUMN mood text; COMMENT ON COLUMN wiki.tip.mood IS 'Mood. [public]'")
	// A reference to what isn't there.
	exec(t, from, "SET LOCAL session_replication_role = replica; DELETE FROM wiki.entity WHERE kind = 'RIDER'")
	if _, err := masking.Transfer(t.Context(), source, target); err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
		t.Errorf("a reference to nothing: %v", err)
	}
	// One column more than before, of which no row has a value.
	exec(t, to, "ALTER TABLE wiki.tip DROP COLUMN mood")
	if diff := cmp.Diff(before, dump(t, target)); diff != "" {
		t.Errorf("what failed changed the target (-before +after):\n%s", diff)
	}
}
