package database

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database/internal/queries"
	"github.com/mtbwiki/mtbwiki/entity"
)

// Querier runs statements: a *pgxpool.Pool, a *pgx.Conn or a pgx.Tx.
type Querier = queries.DBTX

// Client calls the use cases and reads what the API reads, typed. It goes through
// the same functions of schema api as the GraphQL templates, with the same rights
// and refusals: for jobs, imports and tests.
//
// Refusals come as *[Refusal]; compare with errors.Is(err, [ErrNotFound]) and so
// on. A Client can be used concurrently if its Querier can.
type Client struct {
	db      Querier
	queries *queries.Queries
}

// NewClient makes a client over a pool, a connection, or a transaction that the
// caller commits. A refusal leaves a transaction usable.
func NewClient(db Querier) *Client {
	return &Client{db: db, queries: queries.New(db)}
}

// Actor is who asks. The zero value is an anonymous reader.
type Actor struct {
	Subject  string   // claim sub of the user pool; "" for nobody in particular
	Username string   // as the user pool has it, for the name of a new rider
	Groups   []string // of the user pool: "moderators", "admins"
	Mode     Mode     // "" is ModeKey
}

// Mode is how an actor showed who he is.
type Mode string

// Modes. ModeImport is for imports run by operators: no template can make it.
const (
	ModeUser   Mode = "USER"
	ModeKey    Mode = "KEY"
	ModeIAM    Mode = "IAM"
	ModeImport Mode = "IMPORT"
)

// Rider is a signed-in actor.
func Rider(subject, username string, groups ...string) Actor {
	return Actor{Subject: subject, Username: username, Groups: groups, Mode: ModeUser}
}

// Importer is the actor of imports.
func Importer() Actor { return Actor{Mode: ModeImport} }

// MarshalJSON writes the actor as the functions of schema api take it.
func (a Actor) MarshalJSON() ([]byte, error) {
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	if a.Mode == "" {
		a.Mode = ModeKey
	}
	return json.Marshal(struct {
		Subject  *string  `json:"sub"`
		Username *string  `json:"username"`
		Groups   []string `json:"groups"`
		Mode     Mode     `json:"mode"`
	}{optional(a.Subject), optional(a.Username), a.Groups, a.Mode})
}

// Key names an entity: by id or by slug.
type Key struct{ id, slug string }

// ID is the key of an entity by its id, a UUID.
func ID(id string) Key { return Key{id: id} }

// Slug is the key of an entity by its name in addresses, old ones too.
func Slug(slug string) Key { return Key{slug: slug} }

func (k Key) String() string {
	if k.id != "" {
		return "id " + k.id
	}
	return "slug " + k.slug
}

// access is what differs between the kinds of entities (entities.go, generated).
type access struct {
	name                             string // what people call one
	byID, bySlug                     func(ctx context.Context, q *queries.Queries, actor []byte, lang, key string) ([]byte, error)
	list                             func(ctx context.Context, q *queries.Queries, p page) ([][]byte, error)
	parent                           string // what a list can be narrowed to; "": nothing
	create, update, archive, restore write
}

type write func(ctx context.Context, q *queries.Queries, actor, input []byte) ([]byte, error)

// page is one page of a list, as the queries take it.
type page struct {
	actor             []byte
	lang, parent      string
	afterKey, afterID string
	size              int64
}

// Entities reads and writes one kind of entity: E as it is read, C and U the
// inputs to create and update it.
type Entities[E, C, U any] struct {
	client *Client
	access access
}

// Get reads one entity with all its nested parts, texts in lang ("" is English)
// or the nearest language there is. [ErrNotFound] also stands for what the actor
// may not see.
func (s Entities[E, C, U]) Get(ctx context.Context, actor Actor, key Key, lang string) (*E, error) {
	read, value := s.access.byID, key.id
	switch {
	case key.id != "":
		if !isUUID(key.id) {
			return nil, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("%q is no id: ids are UUIDs.", key.id)}
		}
	case s.access.bySlug == nil:
		return nil, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("A %s has no slug.", s.access.name)}
	default:
		read, value = s.access.bySlug, key.slug
	}
	who, err := json.Marshal(actor)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	node, err := attempt(s.client, func() ([]byte, error) {
		return read(ctx, s.client.queries, who, language(lang), value)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, &Refusal{Type: "NotFound", Message: fmt.Sprintf("There is no %s with %s.", s.access.name, key)}
	}
	if err != nil {
		return nil, fmt.Errorf("database: reading the %s with %s: %w", s.access.name, key, err)
	}
	return decode[E](node)
}

// ListOptions narrow a list. The zero value is the first 20, in English.
type ListOptions struct {
	Lang   string // "" is English
	Parent string // only those of this region (systems), system (trails, routes) or subject (tips)
	After  string // Page.Next of the page before
	First  int    // 1 to 50; 0 is 20
}

// Page is a part of a list.
type Page[E any] struct {
	Items []E
	Next  string // goes on behind this page; "": this is the end
}

// List reads published entities by name (tips: oldest first).
func (s Entities[E, C, U]) List(ctx context.Context, actor Actor, o ListOptions) (Page[E], error) {
	var result Page[E]
	if o.First == 0 {
		o.First = 20
	}
	switch {
	case o.First < 1 || o.First > 50:
		return result, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("First must lie between 1 and 50, not %d.", o.First)}
	case o.Parent != "" && s.access.parent == "":
		return result, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("A list of this kind (%s) has no parent.", s.access.name)}
	case o.Parent != "" && !isUUID(o.Parent):
		return result, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("Parent %q is no id of %s: ids are UUIDs.", o.Parent, s.access.parent)}
	}
	who, err := json.Marshal(actor)
	if err != nil {
		return result, fmt.Errorf("database: %w", err)
	}
	p := page{actor: who, lang: language(o.Lang), parent: o.Parent, afterID: "00000000-0000-0000-0000-000000000000", size: int64(o.First) + 1}
	if o.After != "" {
		if p.afterKey, p.afterID, err = parseCursor(o.After); err != nil {
			return result, err
		}
	}
	nodes, err := attempt(s.client, func() ([][]byte, error) { return s.access.list(ctx, s.client.queries, p) })
	if err != nil {
		return result, fmt.Errorf("database: listing (%s): %w", s.access.name, err)
	}
	more := len(nodes) > o.First
	if more {
		nodes = nodes[:o.First]
	}
	for _, node := range nodes {
		e, err := decode[E](node)
		if err != nil {
			return result, err
		}
		result.Items = append(result.Items, *e)
	}
	if more {
		last := nodes[len(nodes)-1]
		var keys struct {
			ID        string  `json:"id"`
			Name      *string `json:"name"`
			CreatedAt string  `json:"createdAt"`
		}
		if err := json.Unmarshal(last, &keys); err != nil {
			return result, fmt.Errorf("database: %w", err)
		}
		sort := keys.CreatedAt
		if keys.Name != nil {
			sort = *keys.Name
		}
		result.Next = base64.RawURLEncoding.EncodeToString([]byte(keys.ID + sort))
	}
	return result, nil
}

// Create makes an entity and reads it back.
func (s Entities[E, C, U]) Create(ctx context.Context, actor Actor, input C) (*E, error) {
	return s.change(ctx, actor, "creating", s.access.create, input)
}

// Update changes what the input sets, if the entity still has the version that
// the input expects; otherwise [ErrConflict].
func (s Entities[E, C, U]) Update(ctx context.Context, actor Actor, input U) (*E, error) {
	return s.change(ctx, actor, "updating", s.access.update, input)
}

// Archive takes an entity out of sight; [Entities.Restore] brings it back.
func (s Entities[E, C, U]) Archive(ctx context.Context, actor Actor, id string, expectedVersion int, comment string) (*E, error) {
	return s.change(ctx, actor, "archiving", s.access.archive, stateInput{id, expectedVersion, comment})
}

// Restore brings an archived entity back.
func (s Entities[E, C, U]) Restore(ctx context.Context, actor Actor, id string, expectedVersion int, comment string) (*E, error) {
	return s.change(ctx, actor, "restoring", s.access.restore, stateInput{id, expectedVersion, comment})
}

type stateInput struct {
	ID              string `json:"id"`
	ExpectedVersion int    `json:"expectedVersion"`
	Comment         string `json:"comment,omitempty"`
}

func (s Entities[E, C, U]) change(ctx context.Context, actor Actor, what string, use write, input any) (*E, error) {
	data, err := s.client.call(ctx, actor, what+" a "+s.access.name, use, input)
	if err != nil {
		return nil, err
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(data, &made); err != nil {
		return nil, fmt.Errorf("database: %s a %s: what the use case answered: %w", what, s.access.name, err)
	}
	lang := struct {
		Lang string `json:"lang"`
	}{}
	// The language written, so that the texts come back as they were sent.
	if b, err := json.Marshal(input); err == nil {
		if err := json.Unmarshal(b, &lang); err != nil {
			return nil, fmt.Errorf("database: %w", err)
		}
	}
	e, err := s.Get(ctx, actor, ID(made.ID), lang.Lang)
	if err != nil {
		return nil, fmt.Errorf("database: %s a %s succeeded (id %s), but reading it back did not: %w", what, s.access.name, made.ID, err)
	}
	return e, nil
}

// call runs a use case and returns its data.
func (c *Client) call(ctx context.Context, actor Actor, what string, use write, input any) (json.RawMessage, error) {
	who, err := json.Marshal(actor)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	in, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("database: %s: input: %w", what, err)
	}
	row, err := attempt(c, func() ([]byte, error) { return use(ctx, c.queries, who, in) })
	if err != nil {
		return nil, fmt.Errorf("database: %s: %w", what, err)
	}
	answer, err := decode[struct {
		OK      bool            `json:"ok"`
		Type    string          `json:"error_type"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}](row)
	if err != nil {
		return nil, err
	}
	if !answer.OK {
		data := answer.Data
		if string(data) == "null" {
			data = nil
		}
		return nil, &Refusal{Type: answer.Type, Message: answer.Message, Data: data}
	}
	return answer.Data, nil
}

// attempt runs a statement, and once more if the code under it was being
// replaced. Not in a transaction, which the failure has ended.
func attempt[T any](c *Client, f func() (T, error)) (T, error) {
	v, err := f()
	if _, inside := c.db.(pgx.Tx); err != nil && !inside && Replaced(err) {
		v, err = f()
	}
	if err != nil {
		err = overload(err)
	}
	return v, err
}

func decode[T any](node []byte) (*T, error) {
	var v T
	if err := json.Unmarshal(node, &v); err != nil {
		return nil, fmt.Errorf("database: what the database answered: %w", err)
	}
	return &v, nil
}

// textToJSON encodes an input with a field that is text, as GraphQL sends AWSJSON,
// as the JSON it holds.
func textToJSON(input any, field string) (json.RawMessage, error) {
	b, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	value, ok := fields[field]
	if !ok || string(value) == "null" {
		return b, nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if !json.Valid([]byte(text)) {
		return nil, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("%s is no JSON.", field)}
	}
	fields[field] = json.RawMessage(text)
	return json.Marshal(fields)
}

func language(lang string) string {
	if lang == "" {
		return "en"
	}
	return lang
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isUUID(s string) bool { return uuidPattern.MatchString(s) }

const uuidLength = 36

// parseCursor reads what List gave out: the id, then the sort key.
func parseCursor(cursor string) (key, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < uuidLength || len(b) > 2000 || !isUUID(string(b[:uuidLength])) || strings.ContainsRune(string(b), 0) {
		return "", "", &Refusal{Type: "InvalidInput", Message: "After is no cursor of this list: take it from the page before."}
	}
	return string(b[uuidLength:]), string(b[:uuidLength]), nil
}

// Revisions reads the history of an entity, newest first; of the whole wiki when
// entityID is "".
func (c *Client) Revisions(ctx context.Context, actor Actor, entityID string, o ListOptions) (Page[entity.Revision], error) {
	return history[entity.Revision](c, actor, "revisions", entityID, o, func(who []byte, entity, after *string, size int32) ([][]byte, error) {
		return c.queries.ListRevisions(ctx, queries.ListRevisionsParams{Actor: who, Entity: entity, PageSize: size, After: after})
	})
}

// Proposals reads the proposals for an entity, newest first; all that the actor
// may see when entityID is "". state may be "".
func (c *Client) Proposals(ctx context.Context, actor Actor, entityID string, state entity.ProposalState, o ListOptions) (Page[entity.Proposal], error) {
	return history[entity.Proposal](c, actor, "proposals", entityID, o, func(who []byte, entityID, after *string, size int32) ([][]byte, error) {
		return c.queries.ListProposals(ctx, queries.ListProposalsParams{Actor: who, Entity: entityID, State: optional(string(state)), PageSize: size, After: after})
	})
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func history[E any](c *Client, actor Actor, what, entityID string, o ListOptions, list func(who []byte, entity, after *string, size int32) ([][]byte, error)) (Page[E], error) {
	var result Page[E]
	if o.First == 0 {
		o.First = 20
	}
	switch {
	case o.First < 1 || o.First > 50:
		return result, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("First must lie between 1 and 50, not %d.", o.First)}
	case entityID != "" && !isUUID(entityID):
		return result, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("%q is no id: ids are UUIDs.", entityID)}
	}
	who, err := json.Marshal(actor)
	if err != nil {
		return result, fmt.Errorf("database: %w", err)
	}
	rows, err := attempt(c, func() ([][]byte, error) {
		return list(who, optional(entityID), optional(o.After), int32(o.First)+1)
	})
	if err != nil {
		return result, fmt.Errorf("database: listing %s: %w", what, err)
	}
	for i, row := range rows {
		if i == o.First {
			break
		}
		r, err := decode[struct {
			Node   json.RawMessage `json:"node"`
			Cursor string          `json:"cursor"`
		}](row)
		if err != nil {
			return result, err
		}
		item, err := decode[E](r.Node)
		if err != nil {
			return result, err
		}
		result.Items = append(result.Items, *item)
		if len(rows) > o.First {
			result.Next = r.Cursor
		}
	}
	return result, nil
}

// Revision reads one revision.
func (c *Client) Revision(ctx context.Context, actor Actor, id string) (*entity.Revision, error) {
	return one[entity.Revision](c, actor, "revision", id, func(who []byte) ([]byte, error) {
		return c.queries.GetRevision(ctx, queries.GetRevisionParams{Actor: who, ID: id})
	})
}

// Proposal reads one proposal.
func (c *Client) Proposal(ctx context.Context, actor Actor, id string) (*entity.Proposal, error) {
	return one[entity.Proposal](c, actor, "proposal", id, func(who []byte) ([]byte, error) {
		return c.queries.GetProposal(ctx, queries.GetProposalParams{Actor: who, ID: id})
	})
}

func one[E any](c *Client, actor Actor, what, id string, get func(who []byte) ([]byte, error)) (*E, error) {
	if !isUUID(id) {
		return nil, &Refusal{Type: "InvalidInput", Message: fmt.Sprintf("%q is no id: ids are UUIDs.", id)}
	}
	who, err := json.Marshal(actor)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	node, err := attempt(c, func() ([]byte, error) { return get(who) })
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, &Refusal{Type: "NotFound", Message: fmt.Sprintf("There is no %s with id %s.", what, id)}
	}
	if err != nil {
		return nil, fmt.Errorf("database: reading the %s %s: %w", what, id, err)
	}
	return decode[E](node)
}

// CreateProposal proposes a change, to be decided by a moderator.
func (c *Client) CreateProposal(ctx context.Context, actor Actor, input entity.CreateProposalInput) (*entity.Proposal, error) {
	in, err := textToJSON(input, "patch")
	if err != nil {
		return nil, err
	}
	return c.proposal(ctx, actor, "proposing", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.CreateProposal(ctx, queries.CreateProposalParams{Actor: who, Input: in})
	}, in)
}

// AcceptProposal publishes a proposal as a revision by its author.
func (c *Client) AcceptProposal(ctx context.Context, actor Actor, input entity.DecideProposalInput) (*entity.Proposal, error) {
	return c.proposal(ctx, actor, "accepting a proposal", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.AcceptProposal(ctx, queries.AcceptProposalParams{Actor: who, Input: in})
	}, input)
}

// RejectProposal turns a proposal down.
func (c *Client) RejectProposal(ctx context.Context, actor Actor, input entity.DecideProposalInput) (*entity.Proposal, error) {
	return c.proposal(ctx, actor, "rejecting a proposal", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RejectProposal(ctx, queries.RejectProposalParams{Actor: who, Input: in})
	}, input)
}

// WithdrawProposal takes one's own proposal back.
func (c *Client) WithdrawProposal(ctx context.Context, actor Actor, id string) (*entity.Proposal, error) {
	return c.proposal(ctx, actor, "withdrawing a proposal", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.WithdrawProposal(ctx, queries.WithdrawProposalParams{Actor: who, Input: in})
	}, struct {
		ID string `json:"id"`
	}{id})
}

func (c *Client) proposal(ctx context.Context, actor Actor, what string, use write, input any) (*entity.Proposal, error) {
	data, err := c.call(ctx, actor, what, use, input)
	if err != nil {
		return nil, err
	}
	made, err := decode[struct {
		ID string `json:"id"`
	}](data)
	if err != nil {
		return nil, err
	}
	return c.Proposal(ctx, actor, made.ID)
}

// SetTrailLine gives a trail its line and returns the trail's new version.
func (c *Client) SetTrailLine(ctx context.Context, actor Actor, input entity.SetTrailLineInput) (version int, err error) {
	in, err := textToJSON(input, "coordinates")
	if err != nil {
		return 0, err
	}
	data, err := c.call(ctx, actor, "setting the line of a trail", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.SetTrailLine(ctx, queries.SetTrailLineParams{Actor: who, Input: in})
	}, in)
	if err != nil {
		return 0, err
	}
	made, err := decode[struct {
		Version int `json:"version"`
	}](data)
	if err != nil {
		return 0, err
	}
	return made.Version, nil
}

// RedactRevision empties the content of a revision for a reason, for ever.
func (c *Client) RedactRevision(ctx context.Context, actor Actor, revisionID, reason string) error {
	return c.decide(ctx, actor, "redacting a revision", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RedactRevision(ctx, queries.RedactRevisionParams{Actor: who, Input: in})
	}, entity.ReasonedInput{ID: revisionID, Reason: reason})
}

// HideRevision takes a revision's content and comment out of sight.
func (c *Client) HideRevision(ctx context.Context, actor Actor, revisionID, reason string) error {
	return c.decide(ctx, actor, "hiding a revision", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.HideRevision(ctx, queries.HideRevisionParams{Actor: who, Input: in})
	}, entity.ReasonedInput{ID: revisionID, Reason: reason})
}

// UnhideRevision shows a hidden revision again.
func (c *Client) UnhideRevision(ctx context.Context, actor Actor, revisionID, reason string) error {
	return c.decide(ctx, actor, "showing a revision again", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.UnhideRevision(ctx, queries.UnhideRevisionParams{Actor: who, Input: in})
	}, entity.ReasonedInput{ID: revisionID, Reason: reason})
}

// ProtectEntity lets only moderators change an entity until a time.
func (c *Client) ProtectEntity(ctx context.Context, actor Actor, input entity.ProtectEntityInput) error {
	return c.decide(ctx, actor, "protecting", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.ProtectEntity(ctx, queries.ProtectEntityParams{Actor: who, Input: in})
	}, input)
}

// UnprotectEntity lifts a protection before its time.
func (c *Client) UnprotectEntity(ctx context.Context, actor Actor, input entity.UnprotectEntityInput) error {
	return c.decide(ctx, actor, "lifting a protection", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.UnprotectEntity(ctx, queries.UnprotectEntityParams{Actor: who, Input: in})
	}, input)
}

// PurgeEntity erases an archived entity that no other names, for ever.
func (c *Client) PurgeEntity(ctx context.Context, actor Actor, input entity.PurgeEntityInput) error {
	return c.decide(ctx, actor, "purging", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.PurgeEntity(ctx, queries.PurgeEntityParams{Actor: who, Input: in})
	}, input)
}

// MergeEntities merges a duplicate into another entity of its kind.
func (c *Client) MergeEntities(ctx context.Context, actor Actor, input entity.MergeEntitiesInput) error {
	return c.decide(ctx, actor, "merging", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.MergeEntities(ctx, queries.MergeEntitiesParams{Actor: who, Input: in})
	}, input)
}

// decide runs a use case whose answer says no more than that it was done.
func (c *Client) decide(ctx context.Context, actor Actor, what string, use write, input any) error {
	_, err := c.call(ctx, actor, what, use, input)
	return err
}

// RevertEntity makes the content of an old revision the published one, as a new
// revision, and returns the entity's new version.
func (c *Client) RevertEntity(ctx context.Context, actor Actor, id string, expectedVersion int, revisionID, comment string) (version int, err error) {
	data, err := c.call(ctx, actor, "reverting", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RevertEntity(ctx, queries.RevertEntityParams{Actor: who, Input: in})
	}, struct {
		ID              string `json:"id"`
		ExpectedVersion int    `json:"expectedVersion"`
		RevisionID      string `json:"revisionId"`
		Comment         string `json:"comment,omitempty"`
	}{id, expectedVersion, revisionID, comment})
	if err != nil {
		return 0, err
	}
	made, err := decode[struct {
		Version int `json:"version"`
	}](data)
	if err != nil {
		return 0, err
	}
	return made.Version, nil
}
