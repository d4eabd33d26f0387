package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// packages writes the packages for npm of a release that has the program for this platform,
// and one for another.
func packages(t *testing.T) (folder string) {
	t.Helper()
	release, folder := t.TempDir(), t.TempDir()
	at, err := filepath.Abs(project)
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(at, program(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		writeJSON(filepath.Join(release, "metadata.json"), map[string]string{"version": "0.1.0"}),
		writeJSON(filepath.Join(release, "artifacts.json"), []map[string]string{
			{"type": "Binary", "goos": runtime.GOOS, "goarch": runtime.GOARCH, "path": relative},
			{"type": "Binary", "goos": "windows", "goarch": "arm64", "path": "LICENSE"},
			{"type": "Archive", "path": "LICENSE"},
		}),
		npm(project, folder, release),
	); err != nil {
		t.Fatal(err)
	}
	return folder
}

// here is what Node calls this platform.
func here() string { return runtime.GOOS + "-" + strings.Replace(runtime.GOARCH, "amd64", "x64", 1) }

// launcher is the file that npm makes the command referee.
const launcher = "node_modules/@seed-11445fa1/referee/referee.js"

// fromNPM is a folder with a bot, into which the packages are installed without a network.
func fromNPM(t *testing.T) (folder string) {
	t.Helper()
	suttest.Require(t, "node", func() error {
		_, node := exec.LookPath("node")
		_, npm := exec.LookPath("npm")
		return errors.Join(node, npm)
	})
	folder = bot(t, "")
	if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The program of this platform is packed as what npm would fetch, which it cannot here.
	made := packages(t)
	ends(t, folder, 0, "", "npm", "pack", "--silent", filepath.Join(made, "referee"), filepath.Join(made, here()))
	main, platform := "./seed-11445fa1-referee-0.1.0.tgz", "./seed-11445fa1-referee-"+here()+"-0.1.0.tgz"
	ends(t, folder, 0, "", "npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", main, platform)
	return folder
}

// ends runs a program in a folder, and wants it to end with this exit code, and to say this.
func ends(t *testing.T, folder string, code int, says string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code || !strings.Contains(string(out), says) {
		t.Fatalf("%q has to end with exit code %d, and to say %q: %v: %s", args, code, says, err, out)
	}
}

// TestNPM packs the packages, installs them without a network, and runs the program.
func TestNPM(t *testing.T) {
	t.Parallel()
	bot := fromNPM(t)
	run := func(code int, says string, args ...string) {
		t.Helper()
		ends(t, bot, code, says, args...)
	}
	run(0, "referee v0.0.1-of-", "node", launcher, "version")
	run(0, "what was selected is met", "npx", "--offline", "referee", "run", "--html", "report.html")
	has(t, bot, "report.html")
	run(2, "there is no flag", "node", launcher, "run", "--no-such-flag")
	if err := os.RemoveAll(filepath.Join(bot, "node_modules", "@seed-11445fa1", "referee-"+here())); err != nil {
		t.Fatal(err)
	}
	run(3, "the package @seed-11445fa1/referee-"+here()+" is not installed", "node", launcher, "version")
	run(3, "there is no program for plan9-x64, only for "+here()+", win32-arm64", "node", "--eval",
		"Object.defineProperty(process, 'platform', {value: 'plan9'}); Object.defineProperty(process, 'arch', {value: 'x64'}); require('./node_modules/@seed-11445fa1/referee/referee.js')")
}

// TestPackages holds the packages to what npm goes by.
func TestPackages(t *testing.T) {
	t.Parallel()
	folder := packages(t)
	var main, windows struct {
		Name, Version        string
		OS, CPU              []string
		Scripts              map[string]string
		OptionalDependencies map[string]string
	}
	if err := errors.Join(readJSON(filepath.Join(folder, "referee", "package.json"), &main), readJSON(filepath.Join(folder, "win32-arm64", "package.json"), &windows)); err != nil {
		t.Fatal(err)
	}
	if main.Version != "0.1.0" || len(main.Scripts) != 0 || len(main.OptionalDependencies) != 2 || main.OptionalDependencies[windows.Name] != "0.1.0" {
		t.Errorf("the main package is %+v", main)
	}
	if windows.Name != "@seed-11445fa1/referee-win32-arm64" || windows.Version != "0.1.0" || len(windows.OS) != 1 || windows.OS[0] != "win32" || len(windows.CPU) != 1 || windows.CPU[0] != "arm64" {
		t.Errorf("the package for Windows is %+v", windows)
	}
	empty := t.TempDir()
	if err := npm(project, t.TempDir(), empty); err == nil || !strings.Contains(err.Error(), "`make release` makes one") {
		t.Errorf("of an empty folder: %v", err)
	}
	if err := errors.Join(writeJSON(filepath.Join(empty, "metadata.json"), main), writeJSON(filepath.Join(empty, "artifacts.json"), []int{})); err != nil {
		t.Fatal(err)
	}
	if err := npm(project, t.TempDir(), empty); err == nil || !strings.Contains(err.Error(), "has no program") {
		t.Errorf("of a release without programs: %v", err)
	}
}
