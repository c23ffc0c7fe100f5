package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mtbwiki/mtbwiki/fabric"
)

// child is a process of this program.
type child struct {
	cmd  *exec.Cmd
	err  tail
	done chan struct{}
	exit error
}

// tail keeps the last of what a process says.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if len(t.b) > 8<<10 {
		t.b = bytes.Clone(t.b[len(t.b)-4<<10:])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.b))
}

// spawn starts the program with arguments. It gets none of our environment's own
// settings of the wiki: what is measured doesn't depend on who measures.
// Its life is the child's own: stop ends it.
func spawn(program []string, args ...string) (*child, error) {
	args = append(append([]string{}, program[1:]...), args...)
	c := &child{cmd: exec.CommandContext(context.Background(), program[0], args...), done: make(chan struct{})}
	c.cmd.Stderr = &c.err
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "MTBWIKI_") || strings.HasPrefix(v, "MTBWIKI_POSTGRES_BIN=") {
			c.cmd.Env = append(c.cmd.Env, v)
		}
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: starting the program: %w", err)
	}
	go func() {
		c.exit = c.cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// await waits for a file that the process writes when it is ready.
func (c *child) await(ctx context.Context, file string) ([]byte, error) {
	for {
		text, err := os.ReadFile(file)
		if err == nil {
			return text, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		select {
		case <-c.done:
			return nil, fmt.Errorf("bench: %s ended: %w: %s", strings.Join(c.cmd.Args, " "), c.exit, c.err.String())
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stop ends the process as a user would, and by force if it doesn't listen.
func (c *child) stop() error {
	select {
	case <-c.done:
		return fmt.Errorf("bench: the program had ended by itself: %w: %s", c.exit, c.err.String())
	default:
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-c.done:
		return nil
	case <-time.After(30 * time.Second):
		if err := c.cmd.Process.Kill(); err != nil {
			return err
		}
		<-c.done
		return errors.New("bench: the program didn't stop within 30 s and was killed")
	}
}

// startWiki starts the whole wiki and waits until it has said where it is.
func startWiki(ctx context.Context, program []string, dir string, more ...string) (*child, *fabric.Endpoints, error) {
	file := filepath.Join(dir, "endpoints.json")
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) { // of a run that was killed
		return nil, nil, err
	}
	c, err := spawn(program, append([]string{"--log-level", "error", "up", "--data-dir", dir, "--site-port", "0", "--api-port", "0", "--data-api-port", "0"}, more...)...)
	if err != nil {
		return nil, nil, err
	}
	text, err := c.await(ctx, file)
	if err != nil {
		return nil, nil, errors.Join(err, c.quietStop())
	}
	var e fabric.Endpoints
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("bench: %s: %w", file, err), c.quietStop())
	}
	return c, &e, nil
}

// quietStop stops a process that may have ended.
func (c *child) quietStop() error {
	select {
	case <-c.done:
		return nil
	default:
		return c.stop()
	}
}
