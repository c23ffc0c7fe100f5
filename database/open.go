package database

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Config of a pool of connections.
type Config struct {
	// URL of the database, with the role to sign in as: mtbwiki_api for requests,
	// mtbwiki_jobs for background jobs.
	URL string

	// MaxConns bounds the pool; 0 is twice the processors plus two. More make a
	// database slower, not faster.
	MaxConns int32

	// MaxWaiting bounds how many callers may wait for a connection; beyond it
	// Acquire answers ErrBusy at once rather than let everybody wait longer and
	// longer. 0 is 100 for each connection.
	MaxWaiting int32

	// Name shows in pg_stat_activity; empty is "mtbwiki".
	Name string

	// ConnectTimeout bounds each attempt to connect; 0 is 5 s.
	ConnectTimeout time.Duration

	// BeforeConnect may change how to connect, such as to fetch a password that
	// changes (IAM authentication).
	BeforeConnect func(context.Context, *pgx.ConnConfig) error
}

// DB is a pool of connections as one role. It can be used concurrently.
type DB struct {
	pool  *pgxpool.Pool
	slots chan struct{} // one for each caller that has or waits for a connection
}

// Open makes a pool and connects once, to tell at the start what is wrong: an
// address, a password, a server that is too old, a database that was never
// migrated.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	config, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	config.MaxConns = cfg.MaxConns
	if cfg.MaxConns == 0 {
		config.MaxConns = int32(2*runtime.GOMAXPROCS(0) + 2)
	}
	if cfg.MaxConns < 0 || cfg.MaxWaiting < 0 {
		return nil, fmt.Errorf("database: MaxConns is %d and MaxWaiting is %d; both must not be negative", cfg.MaxConns, cfg.MaxWaiting)
	}
	waiting := cfg.MaxWaiting
	if waiting == 0 {
		waiting = 100 * config.MaxConns
	}
	name := cfg.Name
	if name == "" {
		name = "mtbwiki"
	}
	config.ConnConfig.RuntimeParams["application_name"] = name
	config.ConnConfig.ConnectTimeout = cfg.ConnectTimeout
	if cfg.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	config.BeforeConnect = cfg.BeforeConnect
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	db := &DB{pool: pool, slots: make(chan struct{}, config.MaxConns+waiting)}
	if err := db.check(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) check(ctx context.Context) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database: connecting: %w", err)
	}
	defer conn.Release()
	if err := checkServerVersion(ctx, conn.Conn()); err != nil {
		return err
	}
	var migrated bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('api'))").Scan(&migrated); err != nil {
		return fmt.Errorf("database: looking for the API's functions: %w", err)
	}
	if !migrated {
		return fmt.Errorf("database: %q was never migrated: run `mtbwiki migrate` first", conn.Conn().Config().Database)
	}
	return nil
}

// Pool is the pool itself, for those that bring a queue of their own.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Close waits for connections in use and closes them all.
func (db *DB) Close() { db.pool.Close() }

// With calls f with a connection. When too many callers wait already it answers
// [ErrBusy] without waiting.
func (db *DB) With(ctx context.Context, f func(*pgx.Conn) error) error {
	select {
	case db.slots <- struct{}{}:
	default:
		return &Refusal{Type: "Busy", Message: "Too many requests are waiting for the database; try again in a moment."}
	}
	defer func() { <-db.slots }()
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return err
		}
		return fmt.Errorf("database: waiting for a connection: %w", err)
	}
	defer conn.Release()
	return f(conn.Conn())
}
