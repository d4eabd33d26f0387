package mcp

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// allowURL refuses an address that is not on this machine. A client may have been talked
// into anything by what it read; where deliveries go beyond this machine, a person says.
func allowURL(argument, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%s is %q; it has to be the address of a webhook, such as http://localhost:3000/webhook", argument, text)
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return nil
	}
	return fmt.Errorf("%s is %q; a client may name addresses of this machine alone, such as http://localhost:3000/webhook: a person writes others into url of referee.yaml, and then %s is left out", argument, text, argument)
}

// allowFile is the whole path of what a client names, if it is in the folder of the
// receiver or in one below it.
func (s *Server) allowFile(path string) (string, error) {
	if path == "" {
		return "", fmt.Errorf(`a path is empty; "." is all of %s`, s.options.Folder)
	}
	folder, err := filepath.EvalSymlinks(s.options.Folder)
	if err != nil {
		return "", err
	}
	whole := path
	if !filepath.IsAbs(whole) {
		whole = filepath.Join(folder, path)
	}
	if whole, err = filepath.EvalSymlinks(whole); err != nil {
		return "", fmt.Errorf("read %s: %w; paths start at %s", path, err, s.options.Folder)
	}
	if below, err := filepath.Rel(folder, whole); err != nil || !filepath.IsLocal(below) {
		return "", fmt.Errorf("read %s: a client may name what is in %s alone; copy it there", path, s.options.Folder)
	}
	info, err := os.Stat(whole)
	switch {
	case err != nil:
		return "", err
	case !info.IsDir() && !info.Mode().IsRegular(): // a pipe could be waited for, for ever
		return "", fmt.Errorf("read %s: it is neither a file nor a folder", path)
	}
	return whole, nil
}

// allowVariant is the name of a variant, with the whole path where that is a file.
func (s *Server) allowVariant(id string) (string, error) {
	if !strings.HasSuffix(id, ".json") {
		return id, nil
	}
	return s.allowFile(id)
}

// inFolder is a path without the folder, where it begins with that.
func (s *Server) inFolder(text string) string {
	folder, err := filepath.EvalSymlinks(s.options.Folder)
	if err != nil {
		return text
	}
	return strings.TrimPrefix(text, folder+string(filepath.Separator))
}
