package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
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
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is missing on this machine", name)
		}
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
		uname     string // what stands for this machine's uname
		says      string
	}{
		"another archive":      {"latest .", map[string]string{archive: "another"}, "", "and has to have"},
		"an unknown version":   {"v9.9.9 .", nil, "", "is v9.9.9 a release?"},
		"no version":           {"0.1.0 .", nil, "", "has to be one like v0.1.0, or latest, not '0.1.0'"},
		"no checksums":         {"latest .", map[string]string{"checksums.txt": ""}, "", "checksums.txt cannot be downloaded"},
		"checksums of another": {"latest .", map[string]string{"checksums.txt": "00  another.tar.gz\n"}, "", "does not name " + archive},
		"another system":       {"latest .", nil, "echo Plan9", "there is no release for Plan9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := releases(t, test.instead)
			folder := t.TempDir()
			script, err := filepath.Abs("install.sh")
			if err != nil {
				t.Fatal(err)
			}
			before := ""
			if test.uname != "" {
				if err := os.WriteFile(filepath.Join(folder, "uname"), []byte("#!/bin/sh\n"+test.uname+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
				before = `PATH="$PWD:$PATH" `
			}
			code, printed := shell(t, folder, before+script+" "+test.arguments, "RELEASES="+address)
			if code != 1 || !strings.Contains(printed, "install.sh: ") || !strings.Contains(printed, test.says) {
				t.Errorf("exit code %d, and it has to say %q: %s", code, test.says, printed)
			}
			if _, err := os.Stat(filepath.Join(folder, "referee")); err == nil {
				t.Error("it is installed")
			}
		})
	}
}
