package database

import (
	"context"

	"github.com/mtbwiki/mtbwiki/database/internal/queries"
	"github.com/mtbwiki/mtbwiki/entity"
)

// Rides reads the actor's own rides, the last ridden first; those over one trail
// unless trailID is "". Nobody reads another's.
func (c *Client) Rides(ctx context.Context, actor Actor, trailID string, o ListOptions) (Page[entity.Ride], error) {
	return history[entity.Ride](c, actor, "rides", trailID, o, func(who []byte, trail, after *string, size int32) ([][]byte, error) {
		return c.queries.ListRides(ctx, queries.ListRidesParams{Actor: who, Lang: "en", Trail: trail, PageSize: size, After: after})
	})
}

// Ride reads one of the actor's own rides.
func (c *Client) Ride(ctx context.Context, actor Actor, id string) (*entity.Ride, error) {
	return one[entity.Ride](c, actor, "ride", id, func(who []byte) ([]byte, error) {
		return c.queries.GetRide(ctx, queries.GetRideParams{Actor: who, ID: id})
	})
}

// CreateRide keeps a ride of the actor's, with its ratings.
func (c *Client) CreateRide(ctx context.Context, actor Actor, input entity.CreateRideInput) (*entity.Ride, error) {
	return c.ride(ctx, actor, "keeping a ride", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.CreateRide(ctx, queries.CreateRideParams{Actor: who, Input: in})
	}, input)
}

// UpdateRide changes one.
func (c *Client) UpdateRide(ctx context.Context, actor Actor, input entity.UpdateRideInput) (*entity.Ride, error) {
	return c.ride(ctx, actor, "changing a ride", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.UpdateRide(ctx, queries.UpdateRideParams{Actor: who, Input: in})
	}, input)
}

// ArchiveRide puts one away: its ratings count no more.
func (c *Client) ArchiveRide(ctx context.Context, actor Actor, input entity.ArchiveRideInput) (*entity.Ride, error) {
	return c.ride(ctx, actor, "putting a ride away", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.ArchiveRide(ctx, queries.ArchiveRideParams{Actor: who, Input: in})
	}, input)
}

// RestoreRide brings one back.
func (c *Client) RestoreRide(ctx context.Context, actor Actor, input entity.RestoreRideInput) (*entity.Ride, error) {
	return c.ride(ctx, actor, "bringing a ride back", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RestoreRide(ctx, queries.RestoreRideParams{Actor: who, Input: in})
	}, input)
}

// RateRide rates one on the axes named.
func (c *Client) RateRide(ctx context.Context, actor Actor, input entity.RateRideInput) (*entity.Ride, error) {
	return c.ride(ctx, actor, "rating a ride", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.RateRide(ctx, queries.RateRideParams{Actor: who, Input: in})
	}, input)
}

func (c *Client) ride(ctx context.Context, actor Actor, what string, use write, input any) (*entity.Ride, error) {
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
	return c.Ride(ctx, actor, made.ID)
}

// DeleteRide deletes one for good.
func (c *Client) DeleteRide(ctx context.Context, actor Actor, input entity.DeleteRideInput) error {
	_, err := c.call(ctx, actor, "deleting a ride", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.DeleteRide(ctx, queries.DeleteRideParams{Actor: who, Input: in})
	}, input)
	return err
}

// Comparisons reads the actor's own comparisons, the newest first; those with one
// trail unless trailID is "".
func (c *Client) Comparisons(ctx context.Context, actor Actor, trailID string, o ListOptions) (Page[entity.Comparison], error) {
	return history[entity.Comparison](c, actor, "comparisons", trailID, o, func(who []byte, trail, after *string, size int32) ([][]byte, error) {
		return c.queries.ListComparisons(ctx, queries.ListComparisonsParams{Actor: who, Lang: "en", Trail: trail, PageSize: size, After: after})
	})
}

// CompareTrails says which of two trails the actor found harder, and returns the
// comparison's id and version.
func (c *Client) CompareTrails(ctx context.Context, actor Actor, input entity.CompareTrailsInput) (id string, version int, err error) {
	data, err := c.call(ctx, actor, "comparing trails", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.CompareTrails(ctx, queries.CompareTrailsParams{Actor: who, Input: in})
	}, input)
	if err != nil {
		return "", 0, err
	}
	made, err := decode[struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}](data)
	if err != nil {
		return "", 0, err
	}
	return made.ID, made.Version, nil
}

// WithdrawComparison deletes one for good.
func (c *Client) WithdrawComparison(ctx context.Context, actor Actor, input entity.WithdrawComparisonInput) error {
	_, err := c.call(ctx, actor, "withdrawing a comparison", func(ctx context.Context, q *queries.Queries, who, in []byte) ([]byte, error) {
		return q.WithdrawComparison(ctx, queries.WithdrawComparisonParams{Actor: who, Input: in})
	}, input)
	return err
}
