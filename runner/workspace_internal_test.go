package runner

import (
	"os"
	"path/filepath"
	"testing"
)

// The folder of a run is known by its path in the repository, which is the nearest one, and
// none above the folder that a CI system names.
func TestFolderOfARun(t *testing.T) {
	repository, plain := t.TempDir(), t.TempDir()
	for _, dir := range []string{".git", "services/bot/src", "inner/.git", "inner/bot"} {
		if err := os.MkdirAll(filepath.Join(repository, filepath.FromSlash(dir)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(plain, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ here, checkout, want string }{
		"the root":                {repository, "", ""},
		"a folder":                {filepath.Join(repository, "services", "bot"), "", "services/bot"},
		"a folder in a checkout":  {filepath.Join(repository, "services", "bot"), repository, "services/bot"},
		"a checkout deeper":       {filepath.Join(repository, "inner", "bot"), repository, "bot"},
		"none above the checkout": {filepath.Join(repository, "services", "bot"), filepath.Join(repository, "services"), "bot"},
		"no repository":           {filepath.Join(plain, "a", "b"), "", ""},
		"a checkout without git":  {filepath.Join(plain, "a", "b"), plain, "a/b"},
		"another checkout":        {filepath.Join(plain, "a"), repository, ""},
		"no such checkout":        {filepath.Join(plain, "a"), filepath.Join(plain, "none"), ""},
	} {
		t.Chdir(test.here)
		if got := (Config{Checkout: test.checkout}).workspace().folder(); got != test.want {
			t.Errorf("%s: it is %q, want %q", name, got, test.want)
		}
	}
}

// A file is named by its path from the folder of the run, or not at all where it is not in
// the repository; and so is a line of what is expected.
func TestFilesOfTheRepository(t *testing.T) {
	repository, elsewhere := t.TempDir(), t.TempDir()
	bot := filepath.Join(repository, "bot")
	for _, dir := range []string{filepath.Join(repository, ".git"), bot} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{filepath.Join(bot, "ci.yaml"), filepath.Join(repository, "all.yaml"), filepath.Join(elsewhere, "else.yaml")} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(bot)
	w := workspaceIn("")
	for file, want := range map[string]string{
		"ci.yaml": "ci.yaml", "./ci.yaml": "ci.yaml", filepath.Join(bot, "ci.yaml"): "ci.yaml",
		filepath.Join(repository, "all.yaml"): "../all.yaml", "../all.yaml": "../all.yaml",
		filepath.Join(elsewhere, "else.yaml"): "", "none.yaml": "", "": "",
	} {
		if got := w.named(file); got != want {
			t.Errorf("%q is %q, want %q", file, got, want)
		}
		line := want
		if line != "" {
			line += ":3"
		}
		if got := w.place(file + ":3"); got != line {
			t.Errorf("line 3 of %q is %q, want %q", file, got, line)
		}
	}
	if got := w.place("ci.yaml"); got != "" {
		t.Errorf("a file without a line is at %q", got)
	}
	if got := (workspace{}).named(filepath.Join(bot, "ci.yaml")); got != "" {
		t.Errorf("where the folder of the run is not known, it is %q", got)
	}
}
