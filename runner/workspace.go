package runner

import (
	"os"
	"path/filepath"
	"strings"
)

// workspace is the folder in which a run is started, and the repository around it: a CI system
// knows files by their paths from the root of that.
type workspace struct {
	here string // the current folder, without links; empty where nobody knows it
	root string // of the repository; here where there is none around it
}

func (c Config) workspace() workspace { return workspaceIn(c.Checkout) }

// workspaceIn is the workspace of the current folder. checkout is the folder into which a CI
// system has put the repository, empty where it names none. The root is the nearest folder
// with a ".git", as a checkout may lie deeper, and no repository is looked for above checkout.
func workspaceIn(checkout string) workspace {
	here, err := resolved(".")
	if err != nil {
		return workspace{}
	}
	if checkout != "" {
		checkout, _ = resolved(checkout) // one that is not there is around nothing
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || dir == checkout {
			return workspace{here, dir}
		}
		if dir == filepath.Dir(dir) {
			return workspace{here, here}
		}
	}
}

// folder is the path of the current folder from the root, with slashes; empty for the root
// itself.
func (w workspace) folder() string {
	if inside, err := filepath.Rel(w.root, w.here); err == nil && inside != "." {
		return filepath.ToSlash(inside)
	}
	return ""
}

// path is a path from the current folder, with slashes, of a file that has no links in its
// path; empty for what is not in the repository.
func (w workspace) path(file string) string {
	if inside, err := filepath.Rel(w.root, file); w.root == "" || err != nil || !filepath.IsLocal(inside) {
		return ""
	}
	short, err := filepath.Rel(w.here, file)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(short)
}

// named is the path from the current folder of a file that somebody named; empty where it is
// not there, and for what is not in the repository.
func (w workspace) named(file string) string {
	if file == "" {
		return ""
	}
	file, err := resolved(file)
	if err != nil {
		return ""
	}
	return w.path(file)
}

// place is a line of a file, "referee.yaml:12", by its path from the current folder; empty
// for what is not in the repository.
func (w workspace) place(place string) string {
	at := strings.LastIndex(place, ":")
	if at < 0 {
		return ""
	}
	file := w.named(place[:at])
	if file == "" {
		return ""
	}
	return file + place[at:]
}

// resolved is the absolute path of a file, without links.
func resolved(file string) (string, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(file)
}
