package suttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ModuleFile reads a file, with slashes, of a Go module in a version, such as
// "example.com/a@v1.0.0", from the cache of modules or from their proxy.
func ModuleFile(ctx context.Context, module, file string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir() // where nothing is required
	out, err := cmd.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	var found struct{ Dir, Error string }
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("go mod download %s: %w", module, err)
	}
	if found.Error != "" || found.Dir == "" {
		return nil, fmt.Errorf("%s cannot be had: %s", module, found.Error)
	}
	return os.ReadFile(filepath.Join(found.Dir, filepath.FromSlash(file)))
}
