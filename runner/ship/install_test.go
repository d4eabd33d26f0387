package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// shell runs a script with sh, or with the interpreter that is named, in a folder where
// nothing of this machine's environment is but the PATH, and returns its exit code.
func shell(t *testing.T, folder, script string, environment ...string) (code int, printed string) {
	t.Helper()
	return interpreted(t, []string{"sh", "-e"}, folder, script, environment...)
}

func interpreted(t *testing.T, by []string, folder, script string, environment ...string) (code int, printed string) {
	t.Helper()
	for _, name := range []string{by[0], "curl", "tar"} {
		suttest.Require(t, name, func() error {
			_, err := exec.LookPath(name)
			return err
		})
	}
	cmd := exec.Command(by[0], append(by[1:], "-c", script)...)
	cmd.Dir = folder
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder}, environment...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestInstall(t *testing.T) {
	t.Parallel()
	address := releases(t, nil)
	script, err := filepath.Abs("install.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ arguments, file string }{
		{"", ".local/bin/referee"},
		{"latest there", "there/referee"},
		{released + " 'a folder'", "a folder/referee"},
	} {
		folder := t.TempDir()
		install := script + " " + test.arguments
		// Whoever has it already gets it again.
		code, printed := shell(t, folder, install+" && "+install, "RELEASES="+address)
		if code != 0 || strings.Count(printed, "installed referee v0.0.1-of-") != 2 {
			t.Errorf("%s: exit code %d: %s", install, code, printed)
		}
		if hint := strings.Contains(printed, "is not on the PATH; add it:"); hint != (test.arguments == "") {
			t.Errorf("%s prints %s", install, printed)
		}
		left, err := os.ReadDir(filepath.Dir(filepath.Join(folder, test.file)))
		if err != nil || len(left) != 1 || left[0].Name() != "referee" {
			t.Errorf("%s leaves %v, %v", install, left, err)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	archive := "referee_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	for name, test := range map[string]struct {
		arguments string
		instead   map[string]string
		stub      string // what stands for a program of this machine: its name, and what it does
		from      string // where releases are said to be
		says      string
	}{
		"another archive":           {arguments: "latest .", instead: map[string]string{archive: "another"}, says: "and has to have"},
		"an unknown version":        {arguments: "v9.9.9 .", says: "is v9.9.9 a release?"},
		"no version":                {arguments: "0.1.0 .", says: "has to be one like v0.1.0, or latest, not '0.1.0'"},
		"no checksums":              {arguments: "latest .", instead: map[string]string{"checksums.txt": ""}, says: "checksums.txt cannot be downloaded; is latest a release?"},
		"checksums of another":      {arguments: "latest .", instead: map[string]string{"checksums.txt": "00  another.tar.gz\n"}, says: "does not name " + archive},
		"another system":            {arguments: "latest .", stub: "uname: echo Plan9", says: "there is no release for Plan9"},
		"no server":                 {arguments: "latest .", from: "http://127.0.0.1:1", says: "because http://127.0.0.1:1 cannot be reached"},
		"a folder of the name":      {arguments: "latest taken", says: "taken/referee is a folder"},
		"a full disk":               {arguments: "latest .", stub: "cp: head -c 1000 \"$1\" >\"$2\"; exit 1", says: ". cannot be written to"},
		"a program that is not run": {arguments: "latest .", stub: "cp: cat \"$1\" >\"$2\"", says: // as in a folder that is mounted noexec
		"the program does not run in ."},
		"an end by a signal": {arguments: "latest .", stub: "curl: kill -TERM $PPID", says: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := releases(t, test.instead)
			if test.from != "" {
				address = test.from
			}
			folder, stubs := t.TempDir(), t.TempDir()
			script, err := filepath.Abs("install.sh")
			if err != nil {
				t.Fatal(err)
			}
			if program, does, stubbed := strings.Cut(test.stub, ": "); stubbed {
				if err := os.WriteFile(filepath.Join(stubs, program), []byte("#!/bin/sh\n"+does+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			// What is there already stays as it is, and nothing comes to it.
			if err := errors.Join(
				os.WriteFile(filepath.Join(folder, "referee"), []byte("the old one"), 0o700),
				os.MkdirAll(filepath.Join(folder, "taken", "referee"), 0o700),
				os.Mkdir(filepath.Join(folder, "temporary"), 0o700),
			); err != nil {
				t.Fatal(err)
			}
			before := list(t, folder)
			code, printed := shell(t, folder, `PATH="`+stubs+`:$PATH" `+script+" "+test.arguments, "RELEASES="+address, "TMPDIR="+filepath.Join(folder, "temporary"))
			if code != 1 || test.says != "" && !strings.Contains(printed, "install.sh: ") || !strings.Contains(printed, test.says) {
				t.Errorf("exit code %d, and it has to say %q: %s", code, test.says, printed)
			}
			if after := list(t, folder); !slices.Equal(after, before) || read(t, filepath.Join(folder, "referee")) != "the old one" {
				t.Errorf("there was %q, and now there is %q", before, after)
			}
		})
	}
}

// list names all that is below a folder.
func list(t *testing.T, folder string) (names []string) {
	t.Helper()
	if err := fs.WalkDir(os.DirFS(folder), ".", func(name string, _ fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestInstallOfAPart pipes what a broken connection leaves of the script into a shell.
func TestInstallOfAPart(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("install.sh")
	if err != nil {
		t.Fatal(err)
	}
	const first = len("#!/bin/sh\n{")
	text := read(t, script)
	code, printed := shell(t, t.TempDir(), fmt.Sprintf("end=%d\nwhile [ $end -lt %d ]; do\n! head -c $end '%s' | sh 2>/dev/null || echo $end\nend=$((end + 50))\ndone", first, len(text)-2, script), "RELEASES=http://127.0.0.1:1")
	if code != 0 || printed != "" {
		t.Errorf("sh takes the first bytes of it for a script, with exit code %d: %s", code, printed)
	}
	code, printed = shell(t, t.TempDir(), fmt.Sprintf("head -c %d '%s' | sh", len(text)-2, script), "RELEASES=http://127.0.0.1:1")
	if code == 0 || strings.Contains(printed, "127.0.0.1") {
		t.Errorf("without its last line: exit code %d: %s", code, printed)
	}
}
