package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// buildCompute builds lambda/compute for Lambda on arm64 into dir/bootstrap.
// moduleDir is the folder of this module. The same source and the same Go make
// the same bytes, wherever it is built: the template names the file's hash.
func buildCompute(ctx context.Context, moduleDir, dir string) error {
	target, err := filepath.Abs(filepath.Join(dir, "bootstrap"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-tags", "lambda.norpc", // leaves out the runtime of go1.x, which is no more
		"-ldflags", "-s -w -buildid=", "-o", target, "./lambda/compute")
	cmd.Dir = moduleDir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building lambda/compute: %w\n%s", err, text)
	}
	// The mode is part of the asset's hash and would follow the umask.
	return os.Chmod(target, 0o755)
}
