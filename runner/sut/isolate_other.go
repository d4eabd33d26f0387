//go:build !linux

package sut

import (
	"errors"
	"os/exec"
)

var errNotLinux = errors.New("a receiver with a hosts file of its own needs Linux")

// CanIsolate reports why a receiver cannot have a hosts file of its own; nil if
// it can.
func CanIsolate() error { return errNotLinux }

func isolated(string, string, []Mount) (*exec.Cmd, error) { return nil, errNotLinux }
