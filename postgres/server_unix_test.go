//go:build unix

package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mtbwiki/mtbwiki/postgres"
)

// asOwner makes a command run as the owner of a file, if this is root.
func asOwner(t testing.TB, name string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	if st.Uid == 0 {
		t.Fatalf("%s belongs to root", name)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: st.Uid, Gid: st.Gid}}
}

func TestRootIsToldOfClosedFolders(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as another user")
	}
	closed := filepath.Join(publicDir(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Start(t.Context(), quiet(postgres.Config{DataDir: filepath.Join(closed, "data")}))
	if err == nil {
		t.Fatal("Start succeeded")
	}
	for _, want := range []string{"can't pass through " + closed, "chmod o+x"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q doesn't say %q", err, want)
		}
	}
}
