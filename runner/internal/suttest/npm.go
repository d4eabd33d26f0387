package suttest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Install installs packages from npm outside the tree, in the versions of the lock file
// in a folder of testdata, once for all tests of this user.
func Install(ctx context.Context, what string) (folder string, err error) {
	return InstallFrom(ctx, filepath.Join("testdata", what))
}

// InstallFrom is Install for a lock file in another folder.
func InstallFrom(ctx context.Context, locked string) (folder string, err error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", err
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	versions, err := os.ReadFile(filepath.Join(locked, "package-lock.json"))
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "referee-tests")
	folder = filepath.Join(cache, fmt.Sprintf("%s-%.8x", filepath.Base(locked), sha256.Sum256(versions)))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	// Another test may install them at the same time: a folder is whole, or not there.
	part, err := os.MkdirTemp(cache, "part-*")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(part)) }()
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(locked, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(part, name), text, 0o600)
		}
		if err != nil {
			return "", err
		}
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = part
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w: %s", err, out)
	}
	if err := os.Rename(part, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return folder, nil
}
