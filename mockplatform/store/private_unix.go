//go:build unix

package store

import (
	"errors"
	"fmt"
	"syscall"
)

const (
	// ownerOnly is how a file is made: what people wrote to the bot, and where the
	// receiver is, are nobody else's on a machine that many use.
	ownerOnly = 0o600
	// everybodyElse are the bits of a mode that let anybody else in.
	everybodyElse = 0o077
)

// reserve makes the file with its mode if there is none. SQLite would make it readable
// for everybody, and gives its log the mode of the file. Why it cannot be made is for
// SQLite to find out, which has better words for it.
func reserve(path string) {
	if file, err := syscall.Open(path, syscall.O_CREAT|syscall.O_EXCL|syscall.O_RDWR|syscall.O_CLOEXEC, ownerOnly); err == nil {
		_ = syscall.Close(file) // nothing was written
	}
}

// restrict takes a file of Referee's, and what SQLite may have left beside it, from
// everybody but its owner. An earlier version left files open for all, and nobody had
// asked for that: to refuse them would only make everyone type chmod. Who may not change
// the mode is told instead.
func restrict(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		var found syscall.Stat_t
		err := syscall.Stat(name, &found)
		if errors.Is(err, syscall.ENOENT) || err == nil && found.Mode&everybodyElse == 0 {
			continue
		}
		if err == nil {
			err = syscall.Chmod(name, uint32(found.Mode)&0o700)
		}
		if err != nil {
			return fmt.Errorf("others than its owner may read %s, and this user cannot change that: run `chmod 600` on it as its owner, or choose another file (%w)", name, err)
		}
	}
	return nil
}
