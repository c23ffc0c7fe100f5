//go:build !unix

package postgrestest

import (
	"context"
	"os"
	"time"

	"github.com/mtbwiki/mtbwiki/postgres"
)

func sharedDir() (string, error) { return "", postgres.ErrNotSupported }

func acquire(context.Context, string, time.Duration) (state, *os.File, error) {
	return state{}, nil, postgres.ErrNotSupported
}

func tryLock(string) (*os.File, error) { return nil, postgres.ErrNotSupported }

func running(int) bool { return false }
