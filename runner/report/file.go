package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// WriteFile writes a file as a whole or not at all: content goes to a temporary
// file in the same folder, which takes the place of path once it is safely on
// disk. Missing folders are created. After an error the old file, if there was
// one, is as it was.
//
// A path that names a device or a pipe, such as /dev/stdout, is written to
// directly: it must not be replaced by a file.
func WriteFile(path string, content func(io.Writer) error) error {
	return write(path, 0o644, content)
}

// WriteSecretFile writes a file, like WriteFile, that only its owner may read.
func WriteSecretFile(path string, content func(io.Writer) error) error {
	return write(path, 0o600, content)
}

func write(path string, mode os.FileMode, content func(io.Writer) error) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("write %s: it is a folder; name a file inside it", path)
	case err == nil && !info.Mode().IsRegular():
		return writeDevice(path, content)
	}
	// A link stays a link: the file that it leads to is replaced.
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("write %s: create its folder: %w; create the folder yourself or name another path", path, err)
	}
	if err := replace(target, mode, content); err != nil {
		return fmt.Errorf("write %s: %w; nothing was changed: check that the folder is writable and the disk has room, or name another path", path, err)
	}
	return nil
}

// replace puts content where target is or will be.
func replace(target string, mode os.FileMode, content func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.tmp")
	if err != nil {
		return err
	}
	written := false
	// Deferred, so that a panic in content leaves nothing behind either.
	defer func() {
		if !written {
			// The first error is the one to report; closing twice is harmless.
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if err := content(file); err != nil {
		return err
	}
	// Temporary files are private to their owner; a report is for others to read.
	if err := file.Chmod(mode); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), target); err != nil {
		return err
	}
	written = true
	return nil
}

func writeDevice(path string, content func(io.Writer) error) error {
	device, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		err = errors.Join(content(device), device.Close())
	}
	if err != nil {
		return fmt.Errorf("write %s: %w; name a file instead", path, err)
	}
	return nil
}
