package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
)

// isLoopback reports whether an address is one of this machine alone. One that cannot be
// read is for the console to refuse.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip, notIP := netip.ParseAddr(host)
	return err != nil || host == "localhost" || notIP == nil && ip.IsLoopback()
}

// addresses are what --addr-file has: where platform and console are, and which app
// and page the platform plays.
type addresses struct {
	Platform string `json:"platform"`
	Console  string `json:"console"`
	AppID    string `json:"app_id"`
	PageID   string `json:"page_id"`
}

// write writes a file in one go, so that nobody reads half of it.
func (a addresses) write(name string) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write the addresses to %s: %w; name a file in a folder that is there and can be written", name, err)
	}
	_, err = file.Write(append(text, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write the addresses to %s: %w", name, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
