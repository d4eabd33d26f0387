package sut

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

const hostsPath = "/etc/hosts"

// hostsFile writes a file with these hosts in front of the machine's own.
func hostsFile(hosts map[string]string) (name string, err error) {
	machine, err := os.ReadFile(hostsPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the machine's hosts: %w", err)
	}
	var b strings.Builder
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		fmt.Fprintf(&b, "%s\t%s\n", hosts[host], host)
	}
	b.Write(machine)

	f, err := os.CreateTemp("", "referee-hosts-*")
	if err != nil {
		return "", fmt.Errorf("write a hosts file for the receiver: %w", err)
	}
	_, err = f.WriteString(b.String())
	// The receiver may give up its rights before it reads the file.
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err != nil {
		return "", fmt.Errorf("write a hosts file for the receiver: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return f.Name(), nil
}
