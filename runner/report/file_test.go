package report_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// write returns content for WriteFile.
func write(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// onlyFiles fails if the folder has other entries than these.
func onlyFiles(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("the folder has %q, want %q", got, names)
	}
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "build", "reports", "result.json")
	for _, content := range []string{"a long first version", "second"} {
		if err := report.WriteFile(path, write(content)); err != nil {
			t.Fatal(err)
		}
		if got := mustRead(t, path); got != content {
			t.Errorf("got %q, want %q", got, content)
		}
	}
	onlyFiles(t, filepath.Dir(path), "result.json")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o044 != 0o044 {
		t.Errorf("others cannot read the report: %v", info.Mode())
	}
}

func TestWriteFileLeavesNothingHalfWritten(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, existing := range map[string]string{"new file": "", "existing file": "old"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "result.json")
			var want []string
			if existing != "" {
				if err := report.WriteFile(path, write(existing)); err != nil {
					t.Fatal(err)
				}
				want = []string{"result.json"}
			}
			err := report.WriteFile(path, func(w io.Writer) error {
				return errors.Join(write("half of")(w), broken)
			})
			if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "name another path") {
				t.Errorf("the error does not say what, where and what to do: %v", err)
			}
			onlyFiles(t, folder, want...)
			if existing != "" && mustRead(t, path) != existing {
				t.Error("the existing file was changed")
			}
		})
	}
}

func TestWriteFileCleansUpAfterAPanic(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = report.WriteFile(filepath.Join(folder, "result.json"), func(io.Writer) error { panic("broken") })
	}()
	onlyFiles(t, folder)
}

func TestWriteFileErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := report.WriteFile(file, write("x")); err != nil {
		t.Fatal(err)
	}
	for path, advice := range map[string]string{
		folder:                             "name a file inside it",
		filepath.Join(file, "result.json"): "name another path",
	} {
		err := report.WriteFile(path, write("x"))
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), advice) {
			t.Errorf("%s: got %v, want an error with the path and %q", path, err, advice)
		}
	}
	onlyFiles(t, folder, "file")
}

func TestWriteFileFollowsLinks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	target, link := filepath.Join(folder, "a-target"), filepath.Join(folder, "b-link")
	if err := report.WriteFile(target, write("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("symbolic links cannot be made here: %v", err)
	}
	if err := report.WriteFile(link, write("new")); err != nil {
		t.Fatal(err)
	}
	if got := mustRead(t, target); got != "new" {
		t.Errorf("the target of the link has %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is no link any more: %v %v", info, err)
	}
}

// A device must neither be replaced by a file nor get one beside it.
func TestWriteFileWritesToDevices(t *testing.T) {
	t.Parallel()
	before, err := os.Stat(os.DevNull)
	if err != nil {
		t.Skipf("no null device: %v", err)
	}
	if err := report.WriteFile(os.DevNull, write("x")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(os.DevNull)
	if err != nil || after.Mode() != before.Mode() {
		t.Errorf("%s was %v and is %v (%v)", os.DevNull, before.Mode(), after, err)
	}
}
