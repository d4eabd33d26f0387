package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/seed-11445fa1/referee/runner/report"
)

// artifact is what GoReleaser says of a file that it made, in artifacts.json.
type artifact struct {
	Path, Type   string
	GoOS, GoArch string
}

// npm writes the packages for npm, each into a folder of its own: one for each program that
// GoReleaser built, named after its platform, and referee, which depends on those, of which
// npm installs the one that fits. All have the version of the release. Paths in the release
// are relative to project, the folder of the project.
func npm(project, folder, release string) error {
	var made []artifact
	var of struct{ Version string }
	var launcher map[string]any
	source := filepath.Join(project, "runner", "ship", "npm")
	if err := errors.Join(readJSON(filepath.Join(release, "artifacts.json"), &made), readJSON(filepath.Join(release, "metadata.json"), &of)); err != nil {
		return fmt.Errorf("%s is no release; `make release` makes one: %w", release, err)
	}
	if err := readJSON(filepath.Join(source, "package.json"), &launcher); err != nil {
		return err
	}
	platforms := map[string]string{}
	for _, a := range made {
		if a.Type != "Binary" {
			continue
		}
		// What Node calls a platform and an architecture.
		platform, cpu := a.GoOS, a.GoArch
		if platform == "windows" {
			platform = "win32"
		}
		if cpu == "amd64" {
			cpu = "x64"
		}
		at := platform + "-" + cpu
		name := fmt.Sprintf("%s-%s", launcher["name"], at)
		platforms[name] = of.Version
		about := maps.Clone(launcher)
		for _, key := range []string{"bin", "engines", "keywords"} {
			delete(about, key)
		}
		about["name"], about["version"], about["os"], about["cpu"], about["files"] = name, of.Version, []string{platform}, []string{cpu}, []string{"bin"}
		about["description"] = fmt.Sprintf("The program of %s for %s", launcher["name"], at)
		if err := errors.Join(
			writeJSON(filepath.Join(folder, at, "package.json"), about),
			copyFile(filepath.Join(project, "LICENSE"), filepath.Join(folder, at, "LICENSE"), 0o644),
			copyFile(filepath.Join(project, a.Path), filepath.Join(folder, at, "bin", filepath.Base(a.Path)), 0o755),
		); err != nil {
			return err
		}
	}
	if len(platforms) == 0 {
		return fmt.Errorf("%s has no program", release)
	}
	launcher["version"], launcher["optionalDependencies"] = of.Version, platforms
	to := filepath.Join(folder, "referee")
	return errors.Join(
		writeJSON(filepath.Join(to, "package.json"), launcher),
		copyFile(filepath.Join(project, "LICENSE"), filepath.Join(to, "LICENSE"), 0o644),
		copyFile(filepath.Join(source, "README.md"), filepath.Join(to, "README.md"), 0o644),
		copyFile(filepath.Join(source, "referee.js"), filepath.Join(to, "referee.js"), 0o755),
	)
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, value any) error {
	return report.WriteFile(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(value)
	})
}

// copyFile copies a file, which may be run where mode says so.
func copyFile(from, to string, mode os.FileMode) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	err = report.WriteFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, source)
		return err
	})
	return cmp.Or(errors.Join(err, source.Close()), os.Chmod(to, mode))
}
