package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database/internal/queries"
	"github.com/mtbwiki/mtbwiki/entity"
)

// Trips reads the actor's own trips in short, the last changed first. Nobody reads
// another's but by a link.
func (c *Client) Trips(ctx context.Context, actor Actor, o ListOptions) (Page[entity.TripCard], error) {
	return history[entity.TripCard](c, actor, "trips", "", o, func(who []byte, _, after *string, size int32) ([][]byte, error) {
		return c.queries.ListTrips(ctx, queries.ListTripsParams{Actor: who, PageSize: size, After: after})
	})
}

// Trip reads one of the actor's own trips.
func (c *Client) Trip(ctx context.Context, actor Actor, id string) (*entity.Trip, error) {
	return one[entity.Trip](c, actor, "trip", id, func(who []byte) ([]byte, error) {
		return c.queries.GetTrip(ctx, queries.GetTripParams{Actor: who, ID: id})
	})
}

// SharedTrip reads the trip that a link leads to. No error says what the token is.
func (c *Client) SharedTrip(ctx context.Context, actor Actor, token string) (*entity.SharedTrip, error) {
	who, err := json.Marshal(actor)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	node, err := attempt(c, func() ([]byte, error) {
		return c.queries.GetSharedTrip(ctx, queries.GetSharedTripParams{Actor: who, Token: token})
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, &Refusal{Type: "NotFound", Message: "The link leads nowhere."}
	}
	if err != nil {
		return nil, fmt.Errorf("database: reading a shared trip: %w", err)
	}
	return decode[entity.SharedTrip](node)
}

// CreateTrip keeps a trip of the actor's.
func (c *Client) CreateTrip(ctx context.Context, actor Actor, input entity.CreateTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "keeping a trip", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.CreateTrip(ctx, queries.CreateTripParams{Actor: who, Input: in})
	}, input)
}

// UpdateTrip changes one.
func (c *Client) UpdateTrip(ctx context.Context, actor Actor, input entity.UpdateTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "changing a trip", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.UpdateTrip(ctx, queries.UpdateTripParams{Actor: who, Input: in})
	}, input)
}

// ArchiveTrip puts one away; its link leads nowhere meanwhile.
func (c *Client) ArchiveTrip(ctx context.Context, actor Actor, input entity.ArchiveTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "putting a trip away", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.ArchiveTrip(ctx, queries.ArchiveTripParams{Actor: who, Input: in})
	}, input)
}

// RestoreTrip brings one back.
func (c *Client) RestoreTrip(ctx context.Context, actor Actor, input entity.RestoreTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "bringing a trip back", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RestoreTrip(ctx, queries.RestoreTripParams{Actor: who, Input: in})
	}, input)
}

// LookAtTrip says that its changes were looked at.
func (c *Client) LookAtTrip(ctx context.Context, actor Actor, input entity.LookAtTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "looking at a trip", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.LookAtTrip(ctx, queries.LookAtTripParams{Actor: who, Input: in})
	}, input)
}

// UnshareTrip takes its link back.
func (c *Client) UnshareTrip(ctx context.Context, actor Actor, input entity.UnshareTripInput) (*entity.Trip, error) {
	return c.trip(ctx, actor, "taking a link back", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.UnshareTrip(ctx, queries.UnshareTripParams{Actor: who, Input: in})
	}, input)
}

func (c *Client) trip(ctx context.Context, actor Actor, what string, use write, input any) (*entity.Trip, error) {
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
	return c.Trip(ctx, actor, made.ID)
}

// ShareTrip makes a link to one and tells its token, this once.
func (c *Client) ShareTrip(ctx context.Context, actor Actor, input entity.ShareTripInput) (*entity.TripLink, error) {
	data, err := c.call(ctx, actor, "sharing a trip", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.ShareTrip(ctx, queries.ShareTripParams{Actor: who, Input: in})
	}, input)
	if err != nil {
		return nil, err
	}
	return decode[entity.TripLink](data)
}

// DeleteTrip deletes one for good.
func (c *Client) DeleteTrip(ctx context.Context, actor Actor, input entity.DeleteTripInput) error {
	_, err := c.call(ctx, actor, "deleting a trip", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.DeleteTrip(ctx, queries.DeleteTripParams{Actor: who, Input: in})
	}, input)
	return err
}
