package sut

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Mount is a file or a folder that takes the place of one of the machine's.
type Mount struct{ From, Over string }

const (
	// maxFolder and maxCertificates are how large a folder of certificates may be
	// that is copied, in bytes and in files.
	maxFolder       = 64 << 20
	maxCertificates = 10_000
)

// trustMounts writes copies of the folders and files from which the programs of
// a command learn whom to trust, with the CA added. A client that reads none of
// the variables trusts the platform by these, and the machine's own files stay as
// they are. What cannot be copied is left out: the variables are there as well.
func (n *interceptor) trustMounts(c Command, environ []string) ([]Mount, error) {
	copies := filepath.Join(n.dir, "machine")
	if err := os.Mkdir(copies, 0o755); err != nil {
		return nil, err
	}
	var mounts []Mount
	seen := map[string]bool{}
	for at, name := range folderPlaces() {
		over, err := filepath.EvalSymlinks(name)
		if err != nil || seen[over] || !copiable(over) {
			continue
		}
		seen[over] = true
		from := filepath.Join(copies, "folder-"+strconv.Itoa(at))
		if err := n.copyFolder(over, from); err != nil {
			return nil, err
		}
		mounts = append(mounts, Mount{from, over})
	}
	// After the folders, in which some of them are.
	for at, over := range c.bundles(environ) {
		data, err := os.ReadFile(over)
		if err != nil {
			continue
		}
		from := filepath.Join(copies, fmt.Sprintf("bundle-%d.pem", at))
		if err := os.WriteFile(from, n.Bundle(data), 0o644); err != nil {
			return nil, err
		}
		mounts = append(mounts, Mount{from, over})
	}
	return mounts, nil
}

// copiable reports whether a folder holds files, folders and symbolic links
// alone, and not too many.
func copiable(dir string) bool {
	var size int64
	count := 0
	return filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case info.Mode().IsRegular():
			size += info.Size()
		case !d.IsDir() && info.Mode().Type() != fs.ModeSymlink:
			return errors.ErrUnsupported
		}
		if count++; count > maxCertificates || size > maxFolder {
			return errors.ErrUnsupported
		}
		return nil
	}) == nil
}

// copyFolder copies a folder of certificates and adds the CA under the name by
// which OpenSSL finds it.
func (n *interceptor) copyFolder(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	hash, err := n.SubjectHash()
	if err != nil {
		return err
	}
	for number := 0; ; number++ {
		name := filepath.Join(to, hash+"."+strconv.Itoa(number))
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return os.WriteFile(name, n.CA(), 0o644)
		} else if err != nil {
			return err
		}
	}
}
