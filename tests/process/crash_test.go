package process

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database/invariants"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// TestKilled kills a wiki at random moments while riders and a moderator write, starts it
// again, and looks: what was acknowledged is there, as it was answered; what wasn't is there
// whole or not at all; and what holds of every wiki holds of this one.
//
// In turns the program alone is killed, and the program with all of PostgreSQL's processes at
// one instant, as by a power cut. MTBWIKI_CRASH_ROUNDS says how often (2), MTBWIKI_CRASH_WRITES
// after how many acknowledged writes of a round at least (120), MTBWIKI_CRASH_SEED when and what
// exactly; mtbwiki check --full does many.
func TestKilled(t *testing.T) {
	t.Parallel()
	setting := func(name string, def int64) int64 {
		text := os.Getenv(name)
		if text == "" {
			return def
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			t.Fatalf("%s is %q; it is a number from 1 on", name, text)
		}
		return n
	}
	rounds, writes, seed := int(setting("MTBWIKI_CRASH_ROUNDS", 2)), int(setting("MTBWIKI_CRASH_WRITES", 120)), setting("MTBWIKI_CRASH_SEED", time.Now().UnixNano())
	t.Logf("seed %d (MTBWIKI_CRASH_SEED)", seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))

	dir := filepath.Join(place(t), "data")
	c, e := up(t, dir)
	wiki := settle(t, dir, e)
	for round := range rounds {
		enough := int64(writes + random.IntN(writes/2+1))
		pause := time.Duration(random.IntN(300)) * time.Millisecond
		all := round%2 == 1
		before := wiki.acknowledged.Load()
		dead := make(chan struct{})
		var writers sync.WaitGroup
		for i, w := range wiki.writers {
			writers.Go(func() { w.write(t, e, rand.New(rand.NewPCG(uint64(seed), uint64(100*round+i+1))), dead) })
		}
		for deadline := time.Now().Add(2 * time.Minute); wiki.acknowledged.Load()-before < enough; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("round %d: only %d writes within 2 min", round+1, wiki.acknowledged.Load()-before)
			}
		}
		time.Sleep(pause)
		processes := 1
		if all {
			processes += killAll(t, c, dir)
		} else if err := c.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		close(dead)
		writers.Wait()
		c.ended(10 * time.Second)
		c, e = up(t, dir)
		t.Logf("round %d: %d processes killed after %d acknowledged writes, %d under way", round+1, processes, wiki.acknowledged.Load()-before, wiki.unknown())
		wiki.signIn(t, dir, e)
		wiki.check(t, e)
	}
	wiki.told(t)
	c.interrupt()
}

// killAll ends the program and each process of its PostgreSQL with no moment between them:
// all are stopped first, so that none sees another die.
func killAll(t *testing.T, c *child, dir string) (servers int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "pgdata", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	send := func(pid int, signal syscall.Signal) {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatalf("signal %v to process %d: %v", signal, pid, err)
		}
	}
	// No answer leaves after the program has stopped, no process comes after the postmaster.
	send(c.cmd.Process.Pid, syscall.SIGSTOP)
	send(postmaster, syscall.SIGSTOP)
	all := append([]int{postmaster}, children(t, postmaster)...)
	for _, pid := range all[1:] {
		send(pid, syscall.SIGSTOP)
	}
	for _, pid := range all {
		send(pid, syscall.SIGKILL)
	}
	send(c.cmd.Process.Pid, syscall.SIGKILL)
	return len(all)
}

// children are the processes that a process has started.
func children(t *testing.T, parent int) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip("not run: there is no /proc to look for processes in")
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat"))
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent ...; the name may hold anything.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// crashed is the wiki that is killed, and what its writers know of it.
type crashed struct {
	// tokens of the accounts, which are of the address that the program has this time.
	tokens        map[string]string
	writers       []*crashWriter
	organisations []string
	acknowledged  atomic.Int64
	// revisions and proposals there were at the last look: history never shrinks.
	history int
}

// crashWriter writes alone on pages of his own, so that he knows what they must say.
type crashWriter struct {
	wiki      *crashed
	name, mod string // his, and that of a moderator who decides on his proposals
	trail     *page
	tips      []*page
	notices   []*page
	member    *page
	// By their ids, what he knows of his proposals; pages that may have been made.
	proposals map[string]*proposal
	kinds     map[string]int
}

// page is what a writer knows of a page: what was acknowledged, and the write that wasn't
// answered, which is there whole or not at all.
type page struct {
	kind, id string
	is       state
	// pending is how it is if the write under way had its effect; nil without one.
	pending *state
}

// state of a page, by the fields that its writers touch. version 0: it isn't there.
type state struct {
	version int
	text    string // body, personality, or what a member is
	number  int    // flow in tenths, or confirmations written into the journal
	gone    bool   // archived
}

type proposal struct {
	is      entity.ProposalState // "" is none yet
	pending entity.ProposalState
	flow    int
	trail   *page
}

// settle signs the writers in and makes what they write about.
func settle(t *testing.T, dir string, e fabric.Endpoints) *crashed {
	t.Helper()
	wiki := &crashed{}
	wiki.signIn(t, dir, e)
	mod := wiki.tokens["moderator"]
	anybody := caller(t, e, "")
	system := anybody.OK(`{ system(slug: "imaginary-ridge") { id } }`, nil).Text("system", "id")
	for n := range 2 {
		wiki.organisations = append(wiki.organisations, caller(t, e, mod).Make("Organisation", map[string]any{"name": fmt.Sprintf("Crash club %d", n), "kind": "ASSOCIATION"}))
	}
	for i, name := range []string{"rider", "local", "admin", "moderator"} {
		// A moderator's page, so that a rider's change of its name is reviewed.
		trail := caller(t, e, mod).Make("Trail", map[string]any{"name": fmt.Sprintf("Crash trail %d", i), "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{system}})
		w := &crashWriter{wiki: wiki, name: name, mod: "moderator", trail: &page{kind: "Trail", id: trail, is: state{version: 1}}, proposals: map[string]*proposal{}, kinds: map[string]int{}}
		w.member = &page{kind: "Organisation", id: wiki.organisations[i%2]}
		// Somebody else's notice, for him to confirm.
		author := mod
		if name == "moderator" {
			author, w.mod = wiki.tokens["rider"], "admin"
		}
		w.notices = append(w.notices, &page{kind: "SeasonalNotice", id: caller(t, e, author).Make("SeasonalNotice", map[string]any{
			"subjectId": trail, "kind": "TRAIL_CHANGE", "severity": "INFO", "body": "Something has changed.", "startsOn": "2026-01-01"})})
		wiki.writers = append(wiki.writers, w)
	}
	return wiki
}

func (c *crashed) signIn(t *testing.T, dir string, e fabric.Endpoints) {
	t.Helper()
	c.tokens = map[string]string{}
	for name, password := range accounts(t, dir) {
		c.tokens[name] = signIn(t, e, name, password)
	}
}

// write writes until the program is dead.
func (w *crashWriter) write(t *testing.T, e fabric.Endpoints, random *rand.Rand, dead <-chan struct{}) {
	mine, mod := caller(t, e, w.wiki.tokens[w.name]), caller(t, e, w.wiki.tokens[w.mod])
	for n := 0; ; n++ {
		what := random.IntN(12)
		word := fmt.Sprintf("Words %d %d.", n, random.Uint32())
		err := func() error {
			switch {
			case what < 3:
				id := uuid.NewString()
				p := &page{kind: "Tip", id: id}
				w.tips = append(w.tips, p)
				return w.send(mine, "createTip", map[string]any{"id": id, "subjectId": w.trail.id, "kind": "TIP", "body": word}, p, state{version: 1, text: word})
			case what < 5 && len(w.tips) > 0:
				if p := w.tips[random.IntN(len(w.tips))]; p.is.version > 0 && !p.is.gone {
					to := p.is
					to.version, to.text = to.version+1, word
					return w.send(mine, "updateTip", map[string]any{"id": p.id, "expectedVersion": p.is.version, "body": word}, p, to)
				}
			case what == 5 && len(w.tips) > 0:
				if p := w.tips[random.IntN(len(w.tips))]; p.is.version > 0 {
					to, use := p.is, "archiveTip"
					if p.is.gone {
						use = "restoreTip"
					}
					to.version, to.gone = to.version+1, !to.gone
					return w.send(mine, use, map[string]any{"id": p.id, "expectedVersion": p.is.version}, p, to)
				}
			case what < 8:
				// Facts and a text at once: two revisions that come together.
				p, flow := w.trail, 1+(w.trail.is.number+random.IntN(48))%49
				to := p.is
				to.version, to.text = to.version+1, word
				in := map[string]any{"id": p.id, "expectedVersion": p.is.version, "personality": word}
				if flow != to.number {
					to.version, to.number = to.version+1, flow
					in["flow"] = float64(flow) / 10
				}
				return w.send(mine, "updateTrail", in, p, to)
			case what == 8:
				return w.propose(mine, mod, random)
			case what == 9:
				p := w.notices[0]
				to := p.is
				to.number++
				return w.send(mine, "confirmSeasonalNotice", map[string]any{"id": p.id}, p, to)
			case what == 10:
				role := []string{"MEMBER", "VOLUNTEER", "STAFF", "OWNER"}[random.IntN(4)]
				to := state{text: role}
				return w.send(mine, "declareMembership", map[string]any{"id": w.member.id, "role": role}, w.member, to)
			case what == 11 && w.member.is.text != "":
				return w.send(mine, "endMembership", map[string]any{"id": w.member.id}, w.member, state{})
			}
			return nil
		}()
		select {
		case <-dead:
			return
		default:
		}
		if err != nil {
			// The program may die a moment before that is said.
			select {
			case <-dead:
			case <-time.After(5 * time.Second):
				t.Errorf("a write failed while the program ran: %v", err)
			}
			return
		}
	}
}

// send sends a mutation of a page. Without an answer the page may be either way.
func (w *crashWriter) send(c *utils.Caller, mutation string, input map[string]any, p *page, to state) error {
	p.pending = &to
	a, err := w.ask(c, mutation, input)
	if err != nil {
		return err
	}
	if to.version > 0 && a.Number(mutation, "version") != to.version {
		return fmt.Errorf("%s of %v answered %s, where version %d was to come", mutation, input, a.Raw, to.version)
	}
	p.is, p.pending = to, nil
	w.acknowledge(mutation)
	return nil
}

func (w *crashWriter) ask(c *utils.Caller, mutation string, input map[string]any) (*utils.Answer, error) {
	inputType := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input!"
	answers := "id version"
	if strings.HasSuffix(mutation, "Proposal") {
		answers = "id state"
		if mutation != "createProposal" {
			inputType = "DecideProposalInput!"
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return c.Read(ctx, fmt.Sprintf("mutation($i: %s) { %s(input: $i) { %s } }", inputType, mutation, answers), map[string]any{"i": input})
}

func (w *crashWriter) acknowledge(mutation string) {
	w.kinds[mutation]++
	w.wiki.acknowledged.Add(1)
}

// propose proposes another flow for the trail and has it accepted or rejected.
func (w *crashWriter) propose(mine, mod *utils.Caller, random *rand.Rand) error {
	id, t := uuid.NewString(), w.trail
	p := &proposal{trail: t, flow: 1 + (t.is.number+random.IntN(48))%49, pending: entity.ProposalStateOpen}
	if p.flow == t.is.number {
		return nil
	}
	w.proposals[id] = p
	patch := fmt.Sprintf(`{"flow": %v}`, float64(p.flow)/10)
	if _, err := w.ask(mine, "createProposal", map[string]any{"id": id, "entityId": t.id, "baseVersion": t.is.version, "patch": patch}); err != nil {
		return err
	}
	p.is, p.pending = p.pending, ""
	w.acknowledge("createProposal")
	decision, verb := entity.ProposalStateRejected, "rejectProposal"
	if random.IntN(2) == 0 {
		decision, verb = entity.ProposalStateAccepted, "acceptProposal"
		to := t.is
		to.version, to.number = to.version+1, p.flow
		t.pending = &to
	}
	p.pending = decision
	if _, err := w.ask(mod, verb, map[string]any{"id": id}); err != nil {
		return err
	}
	p.is, p.pending = decision, ""
	if t.pending != nil {
		t.is, t.pending = *t.pending, nil
	}
	w.acknowledge(verb)
	return nil
}

func (c *crashed) unknown() (n int) {
	for _, w := range c.writers {
		for _, p := range w.pages() {
			if p.pending != nil {
				n++
			}
		}
		for _, p := range w.proposals {
			if p.pending != "" && !(p.pending == entity.ProposalStateAccepted && p.trail.pending != nil) {
				n++
			}
		}
	}
	return n
}

func (w *crashWriter) pages() []*page {
	return slices.Concat([]*page{w.trail, w.member}, w.tips, w.notices)
}

// check holds what the wiki says against what its writers know, and what was under way is
// then known, one way or the other.
func (c *crashed) check(t *testing.T, e fabric.Endpoints) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, e.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&value); err != nil || value != "on" {
			t.Errorf("%s is %q: %v", name, value, err)
		}
	}
	for find, f := range map[string]func(context.Context, invariants.Beginner) ([]string, error){"broken": invariants.Broken, "stale": invariants.Stale} {
		wrong, err := f(ctx, conn)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range wrong {
			t.Errorf("%s: %s", find, x)
		}
	}
	var history int
	if err := conn.QueryRow(ctx, "SELECT (SELECT count(*) FROM wiki.revision) + (SELECT count(*) FROM wiki.audit_log) + (SELECT count(*) FROM wiki.proposal)").Scan(&history); err != nil {
		t.Fatal(err)
	}
	if history < c.history {
		t.Errorf("the history has shrunk from %d to %d", c.history, history)
	}
	c.history = history
	for i, w := range c.writers {
		mine := caller(t, e, c.tokens[w.name])
		me := mine.OK(`{ me { id } }`, nil).Text("me", "id")
		accepted := map[*page]bool{}
		for _, p := range w.pages() {
			is, err := p.read(ctx, mine, conn, me)
			switch {
			case err != nil:
				t.Fatal(err)
			case is == p.is:
			case p.pending != nil && is == *p.pending:
				accepted[p] = true
			case p.pending != nil:
				t.Errorf("writer %d: %s %s is %+v; acknowledged was %+v, under way %+v", i, p.kind, p.id, is, p.is, *p.pending)
			default:
				t.Errorf("writer %d: %s %s is %+v; acknowledged was %+v", i, p.kind, p.id, is, p.is)
			}
			p.is, p.pending = is, nil
		}
		for id, p := range w.proposals {
			a := mine.OK(`query($id: ID!) { proposal(id: $id) { state patch } }`, map[string]any{"id": id})
			is := entity.ProposalState(a.Text("proposal", "state"))
			if is != p.is && (p.pending == "" || is != p.pending) || is != "" && strings.ReplaceAll(a.Text("proposal", "patch"), " ", "") != fmt.Sprintf(`{"flow":%v}`, float64(p.flow)/10) {
				t.Errorf("writer %d: the proposal %s is %s; acknowledged was %q, under way %q", i, id, a.Raw, p.is, p.pending)
			}
			// A decision and what it publishes come together.
			if p.pending == entity.ProposalStateAccepted && (is == p.pending) != accepted[p.trail] {
				t.Errorf("writer %d: the proposal %s is %s and its trail has changed: %t", i, id, is, accepted[p.trail])
			}
			if is == entity.ProposalStateAccepted {
				var flow *float64
				if err := conn.QueryRow(ctx, "SELECT (c.content ->> 'flow')::float FROM wiki.proposal p JOIN wiki.revision_content c ON c.revision_id = p.revision_id WHERE p.id = $1", id).Scan(&flow); err != nil || flow == nil || *flow != float64(p.flow)/10 {
					t.Errorf("writer %d: the accepted proposal %s names no revision with its flow: %v", i, id, err)
				}
			}
			p.is, p.pending = is, ""
		}
		// What was never there is nobody's concern any more.
		w.tips = slices.DeleteFunc(w.tips, func(p *page) bool { return p.is.version == 0 })
		for id, p := range w.proposals {
			if p.is == "" {
				delete(w.proposals, id)
			}
		}
	}
}

// read is what the API says of a page now.
func (p *page) read(ctx context.Context, c *utils.Caller, conn *pgx.Conn, me string) (s state, err error) {
	query := func(field, fields string) (*utils.Answer, error) {
		return c.Read(ctx, fmt.Sprintf("query($id: ID) { %s(id: $id) { %s } }", field, fields), map[string]any{"id": p.id})
	}
	switch p.kind {
	case "Tip":
		a, err := query("tip", "version state body")
		if err != nil {
			return s, err
		}
		return state{version: a.Number("tip", "version"), text: a.Text("tip", "body"), gone: a.Text("tip", "state") == "ARCHIVED"}, nil
	case "Trail":
		a, err := query("trail", "version personality flow")
		if err != nil {
			return s, err
		}
		flow, _ := a.Get("trail", "flow").(float64)
		return state{version: a.Number("trail", "version"), text: a.Text("trail", "personality"), number: int(flow*10 + 0.5)}, nil
	case "Organisation":
		a, err := query("organisation", "myRole")
		if err != nil {
			return s, err
		}
		return state{text: a.Text("organisation", "myRole")}, nil
	case "SeasonalNotice":
		// The page shows the last confirmation only; the journal has each.
		a, err := query("seasonalNotice", "confirmation { count }")
		if err != nil {
			return s, err
		}
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM wiki.audit_log WHERE action = 'seasonal_notice.confirm' AND entity_id = $1 AND actor = nullif($2, '')::uuid", p.id, me).Scan(&s.number); err != nil {
			return s, err
		}
		if shown := a.Number("seasonalNotice", "confirmation", "count"); (shown > 0) != (s.number > 0) {
			return s, fmt.Errorf("the notice %s shows %d confirmations, the journal has %d", p.id, shown, s.number)
		}
		return s, nil
	}
	return s, fmt.Errorf("nobody reads a %s", p.kind)
}

// told holds that every kind of write was among them, and says how many.
func (c *crashed) told(t *testing.T) {
	t.Helper()
	kinds := map[string]int{}
	for _, w := range c.writers {
		for kind, n := range w.kinds {
			kinds[kind] += n
		}
	}
	t.Logf("%d writes were acknowledged: %v", c.acknowledged.Load(), kinds)
	for _, kind := range []string{"createTip", "updateTip", "archiveTip", "updateTrail", "createProposal", "acceptProposal", "rejectProposal", "confirmSeasonalNotice", "declareMembership", "endMembership"} {
		if kinds[kind] == 0 {
			t.Errorf("nobody did %s: this says little of it", kind)
		}
	}
}
