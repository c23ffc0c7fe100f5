package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/google/uuid"
)

const createTip = `mutation CreateTip($input: CreateTipInput!) { createTip(input: $input) { id version body author { id name } } }`

const updateTrail = `mutation UpdateTrail($input: UpdateTrailInput!) { updateTrail(input: $input) { id version name personality } }`

// writes measures a rider's writes. Nobody writes the same twice, so the ceiling is
// the same statements with other values, over pgx.
func (b *run) writes(ctx context.Context) error {
	for _, w := range []struct {
		name, what, query, missing string
		draw                       func(context.Context) ([]string, error)
		input                      func(things []string, client int) *input
	}{
		{name: "create tip", what: "a rider adds a tip to a system; revision, search document, audit and event in one transaction, synced to disk", query: createTip,
			missing: "the data has no system to write to",
			draw: func(ctx context.Context) ([]string, error) {
				d := &draw{ctx: ctx, owner: b.owner, seed: b.o.Seed}
				return d.systems(false), d.err
			},
			input: func(things []string, client int) *input {
				return &input{create: true, fixed: map[string]any{"subjectId": things[client%len(things)], "kind": "TIP"}, text: "body"}
			}},
		{name: "update trail", what: "a rider changes a trail's personality, each client a trail of his own", query: updateTrail,
			missing: "the data has fewer trails than there are clients",
			draw: func(ctx context.Context) ([]string, error) {
				d := &draw{ctx: ctx, owner: b.owner, seed: b.o.Seed}
				trails := d.texts(`
					SELECT e.id::text || ' ' || e.version FROM wiki.entity e
					WHERE e.kind = 'TRAIL' AND e.state = 'PUBLISHED' AND e.visibility = 'PUBLIC' AND e.synthetic
					ORDER BY md5(e.id::text) LIMIT $1`, b.o.Clients+1)
				if len(trails) < b.o.Clients+1 {
					trails = nil
				}
				return trails, d.err
			},
			input: func(things []string, client int) *input {
				id, version, _ := bytes.Cut([]byte(things[client]), []byte(" "))
				n, err := strconv.Atoi(string(version))
				if err != nil {
					panic(err) // the statement above gives numbers
				}
				return &input{fixed: map[string]any{"id": string(id)}, version: n, text: "personality"}
			}},
	} {
		if !b.o.wanted(w.name) {
			continue
		}
		b.o.say("%s.", w.name)
		things, err := w.draw(ctx)
		if err != nil {
			return fmt.Errorf("bench: %s: %w", w.name, err)
		}
		if len(things) == 0 {
			b.report.Rows = append(b.report.Rows, notRun(w.name, w.what, "", w.missing))
			continue
		}
		inputs := make([]*input, b.o.Clients)
		for c := range inputs {
			inputs[c] = w.input(things, c)
		}
		// One through the API in this process, to learn the statements; its input is
		// the last one's, whom no client shares.
		row, err := b.write(ctx, w.name, w.what, w.query, inputs, w.input(things, min(b.o.Clients, len(things)-1)))
		if err != nil {
			return fmt.Errorf("bench: %s: %w", w.name, err)
		}
		b.report.Rows = append(b.report.Rows, row)
	}
	return nil
}

// input makes the inputs of one client's mutations.
type input struct {
	fixed   map[string]any
	text    string // the field that changes
	create  bool   // with an id of its own each
	version int
}

var counter atomic.Int64

func (i *input) next() (v map[string]any, id string) {
	v = map[string]any{}
	for name, value := range i.fixed {
		v[name] = value
	}
	v[i.text] = fmt.Sprintf("Written by the benchmark: %d.", counter.Add(1))
	if i.create {
		v["id"] = uuid.NewString()
	} else {
		v["expectedVersion"] = i.version
	}
	id, _ = v["id"].(string)
	return v, id
}

// done notes that a write has gone through.
func (i *input) done() {
	if !i.create {
		i.version++
	}
}

func (b *run) write(ctx context.Context, name, what, query string, inputs []*input, first *input) (Row, error) {
	client := newHTTPClient(b.o.Clients)
	defer client.CloseIdleConnections()
	wiki := endpoint{client, b.end.GraphQL, b.header}
	operation := operationOf(query)
	v, _ := first.next()
	text, err := body(query, operation, map[string]any{"input": v})
	if err != nil {
		return Row{}, err
	}
	rec, err := b.recorder.record(ctx, text, b.header)
	if err != nil {
		return Row{}, err
	}
	subjects := []*subject{
		{name: "program", pid: b.wiki.pid(), ask: func(ctx context.Context, c, _ int) error {
			v, _ := inputs[c].next()
			text, err := body(query, operation, map[string]any{"input": v})
			if err != nil {
				return err
			}
			return wiki.post(ctx, text, func(answer []byte) error {
				if bytes.Contains(answer, []byte(`"errors":[`)) || !bytes.Contains(answer, []byte(v[inputs[c].text].(string))) {
					return fmt.Errorf("the write was refused: %s", shorten(answer))
				}
				inputs[c].done()
				return nil
			})
		}},
		{name: "pgx", ask: func(ctx context.Context, c, _ int) error {
			v, id := inputs[c].next()
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			for n, s := range rec.statements {
				values := slices.Clone(s.Values)
				for k, name := range s.names {
					switch name {
					case ":input":
						values[k] = string(text)
					case ":id":
						values[k] = id
					}
				}
				if n > 0 {
					if err := runStatement(ctx, b.api, Statement{SQL: s.SQL, Values: values}); err != nil {
						return err
					}
					continue
				}
				var ok bool
				var kind, message, data *string
				if err := b.api.QueryRow(ctx, s.SQL, values...).Scan(&ok, &kind, &message, &data); err != nil {
					return err
				}
				if !ok {
					return errors.New("the write was refused: " + *message)
				}
			}
			inputs[c].done()
			return nil
		}},
	}
	if err := b.inTurns(ctx, subjects); err != nil {
		return Row{}, err
	}
	return b.row(name, what, target{}, subjects, nil, ""), nil
}
