package sut

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// maxBundles is how many files of certificates are looked for: each costs a
	// mount at every start of the receiver.
	maxBundles = 64
	// maxBundle is more than any file of certificates has, in bytes.
	maxBundle = 8 << 20
)

// bundlePlaces are the files with the certificates that programs trust. Those
// that do not read the variables read one of these.
func bundlePlaces() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Alpine, Arch
		"/etc/ssl/certs/ca-bundle.crt",                      // Fedora's other name
		"/etc/ssl/cert.pem",                                 // Alpine
		"/etc/ssl1.1/cert.pem",                              // Alpine, for OpenSSL 1.1
		"/etc/ssl/ca-bundle.pem",                            // SUSE
		"/var/lib/ca-certificates/ca-bundle.pem",            // SUSE
		"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL
		"/etc/pki/tls/cert.pem",                             // Fedora, RHEL
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
		"/etc/ca-certificates/extracted/tls-ca-bundle.pem",  // Arch
	}
}

// folderPlaces are the folders in which OpenSSL looks for a certificate by the
// hash of its subject.
func folderPlaces() []string {
	return []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
}

// bundles are the files of certificates that the command's programs may read:
// the system's, and those that Python packages bring along. They are there, each
// is named once, without symbolic links, and the likelier ones come first.
func (c Command) bundles(environ []string) []string {
	var found []string
	add := func(name string) {
		real, err := filepath.EvalSymlinks(name)
		if err != nil || len(found) >= maxBundles || slices.Contains(found, real) || !hasCertificates(real) {
			return
		}
		found = append(found, real)
	}
	for _, name := range bundlePlaces() {
		add(name)
	}
	for _, folder := range c.pythonPackages(environ) {
		for _, name := range []string{"certifi", "pip/_vendor/certifi"} {
			add(filepath.Join(folder, name, "cacert.pem"))
		}
	}
	return found
}

// hasCertificates reports whether a file is one of certificates.
func hasCertificates(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxBundle {
		return false
	}
	data, err := os.ReadFile(name)
	return err == nil && bytes.Contains(data, []byte("-----BEGIN CERTIFICATE-----"))
}

// pythonPackages are the folders in which the Pythons of a command keep their
// packages. Only a few levels are looked at: a home may hold millions of files.
func (c Command) pythonPackages(environ []string) []string {
	dir, err := filepath.Abs(cmp.Or(c.Dir, "."))
	if err != nil {
		return nil
	}
	variable := func(name string) (value string) {
		for _, v := range environ {
			if text, ok := strings.CutPrefix(v, name+"="); ok {
				value = text // of two, the later one
			}
		}
		return value
	}
	folders := filepath.SplitList(variable("PYTHONPATH"))

	// Where a Python is installed, or an environment for one: <root>/bin/python3
	// has its packages in <root>/lib/python3.11/site-packages.
	roots := []string{variable("VIRTUAL_ENV"), variable("CONDA_PREFIX")}
	for word := range strings.FieldsSeq(c.Line) { // such as .venv/bin/python
		if bin := filepath.Dir(strings.Trim(word, `'"`)); filepath.Base(bin) == "bin" {
			roots = append(roots, filepath.Dir(bin))
		}
	}
	for _, bin := range filepath.SplitList(variable("PATH")) {
		roots = append(roots, filepath.Dir(bin))
	}
	above := filepath.Dir(dir)
	patterns := []string{
		dir, filepath.Join(dir, "*"), filepath.Join(dir, "*", "*"),
		above, filepath.Join(above, "*"), filepath.Join(filepath.Dir(above), "*"),
	}
	if home := variable("HOME"); home != "" {
		for _, kept := range []string{
			".local", ".pyenv/versions/*", ".virtualenvs/*", ".local/share/virtualenvs/*", // pip, pyenv, virtualenvwrapper, Pipenv
			".cache/pypoetry/virtualenvs/*", ".local/share/uv/python/*", // Poetry, uv
		} {
			patterns = append(patterns, filepath.Join(home, kept))
		}
	}
	for _, root := range append(append(roots, "/usr", "/usr/local"), patterns...) {
		if root == "" {
			continue
		}
		if !filepath.IsAbs(root) {
			root = filepath.Join(dir, root)
		}
		for _, lib := range []string{"lib", "lib64"} {
			for _, packages := range []string{"site-packages", "dist-packages"} {
				// A name that is no pattern has no matches.
				matches, _ := filepath.Glob(filepath.Join(root, lib, "python*", packages))
				folders = append(folders, matches...)
			}
		}
	}
	return folders
}
