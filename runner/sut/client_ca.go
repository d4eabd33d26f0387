package sut

import (
	"errors"
	"fmt"
	"os"
)

// writeClientCA writes the CA of Meta's client certificate, if there is one, to
// a file that the receiver can read, and returns what takes it away again.
func (e *Environment) writeClientCA() (forget func() error, err error) {
	if len(e.ClientCA) == 0 {
		return func() error { return nil }, nil
	}
	file, err := os.CreateTemp("", "referee-client-ca-*.pem")
	if err != nil {
		return nil, fmt.Errorf("write the CA that the receiver has to trust: %w", err)
	}
	forget = func() error { return os.Remove(file.Name()) }
	_, err = file.Write(e.ClientCA)
	// The receiver may run as somebody else.
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("write the CA that the receiver has to trust: %w", err), forget())
	}
	e.ClientCAFile = file.Name()
	return forget, nil
}
