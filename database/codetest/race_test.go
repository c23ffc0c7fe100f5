package codetest

import (
	"fmt"
	"sync"
	"testing"
)

// at once runs the same write function n times in n connections.
func (w wiki) atOnce(t testing.TB, n int, function string, actor func(i int) m, input func(i int) m) map[string]int {
	t.Helper()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		types = map[string]int{}
	)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			o, err := call(t.Context(), w.API, function, actor(i), input(i))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case o.OK:
				types["OK"]++
			default:
				types[o.Type]++
				t.Logf("%d: %s: %s", i, o.Type, o.Message)
			}
		})
	}
	close(start)
	wg.Wait()
	return types
}

func always(actor m) func(int) m { return func(int) m { return actor } }

func TestTwoEditorsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	for round := range 5 {
		v := version(t, w, system)
		got := w.atOnce(t, 4, "update_system", always(ann), func(i int) m {
			return m{"id": system, "expectedVersion": v, "localName": fmt.Sprint("Round ", round, " by ", i)}
		})
		same(t, "outcomes", got, map[string]int{"OK": 1, "Conflict": 3})
		if now := version(t, w, system); now != v+1 {
			t.Errorf("version %d after %d", now, v)
		}
	}
}

func TestFirstWritesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	got := w.atOnce(t, 4, "create_system", always(rider("newcomer")), func(int) m {
		return m{"name": "Twin Peaks", "kind": "NETWORK", "regionIds": l{region}}
	})
	same(t, "outcomes", got, map[string]int{"OK": 4})
	if n := w.inner(t, "SELECT count(*) FROM wiki.rider WHERE name = 'newcomer'"); n != 1 {
		t.Errorf("%d riders", n)
	}
	if n := w.inner(t, "SELECT count(DISTINCT slug) FROM wiki.slug WHERE slug LIKE 'twin-peaks%'"); n != 4 {
		t.Errorf("%d slugs", n)
	}
}

func TestSameIDAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	got := w.atOnce(t, 4, "create_system", func(i int) m { return rider(fmt.Sprint("r", i)) }, func(int) m {
		return m{"id": uuid(1), "name": "Once", "kind": "NETWORK", "regionIds": l{region}}
	})
	same(t, "outcomes", got, map[string]int{"OK": 1, "Conflict": 3})
}

func TestParentsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	ids := []string{w.system(t, region), w.system(t, region), w.system(t, region)}
	got := w.atOnce(t, 3, "update_system", always(ann), func(i int) m { // each part of the next: a circle of three
		return m{"id": ids[i], "expectedVersion": 1, "parentId": ids[(i+1)%3]}
	})
	if got["OK"] > 2 || got["OK"]+got["InvalidInput"]+got["Busy"] != 3 {
		t.Errorf("outcomes %v", got)
	}
	if n := w.inner(t, `
		WITH RECURSIVE up AS (
		  SELECT id AS start, parent_id FROM wiki.system
		  UNION
		  SELECT up.start, s.parent_id FROM up JOIN wiki.system s ON s.id = up.parent_id
		)
		SELECT count(*) FROM up WHERE parent_id = start`); n != 0 {
		t.Errorf("%d systems are part of themselves", n)
	}
}

func TestProposalsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	got := w.atOnce(t, 8, "create_proposal", always(bob), func(i int) m {
		return m{"entityId": system, "baseVersion": 1, "patch": m{"name": fmt.Sprint("Name ", i)}}
	})
	same(t, "proposals", got, map[string]int{"OK": 5, "TooMuch": 3})
	nodes, _ := w.proposals(t, moderator, system, nil, 10, nil)
	got = w.atOnce(t, 4, "accept_proposal", always(moderator), func(int) m { return m{"id": nodes[0]["id"]} })
	same(t, "accepting", got, map[string]int{"OK": 1, "Conflict": 3})
	if v := version(t, w, system); v != 2 {
		t.Errorf("version %d", v)
	}
}

// A writer who can't get the lock in time hears Busy, not an internal error.
func TestBusy(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	tx, err := w.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if _, err := tx.Exec(t.Context(), "SELECT FROM wiki.entity WHERE id = $1 FOR UPDATE", system); err != nil {
		t.Fatal(err)
	}
	o := w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": 1, "localName": "x"}, "Busy") // lock_timeout of the role: 3 s
	if o.Data != nil {
		t.Errorf("data %v", o.Data)
	}
}
