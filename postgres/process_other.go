//go:build !unix

package postgres

import (
	"context"
	"log/slog"
	"os/exec"
)

type account struct {
	name  string
	other bool
}

func serverAccount() (account, error) { return account{}, ErrNotSupported }

func (account) own(string) error { return ErrNotSupported }

func (account) canReach(string, string) error { return ErrNotSupported }

func (account) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program, args...)
}

type process struct {
	pid  int
	done chan struct{}
	err  error
}

func (*process) stopping() bool { return false }

func (*process) said() string { return "" }

func (*process) stop(context.Context) error { return ErrNotSupported }

func startProcess(account, *slog.Logger, string, ...string) (*process, error) {
	return nil, ErrNotSupported
}

func interrupt(int) error { return ErrNotSupported }

func servesCluster(int, string) bool { return false }

type dirLock struct{}

func lockDir(string) (*dirLock, error) { return nil, ErrNotSupported }

func (*dirLock) release() error { return nil }
