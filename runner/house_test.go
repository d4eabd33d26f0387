package runner_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/seed-11445fa1/referee"

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath, Dir, Name     string
	Standard                  bool
	GoFiles, IgnoredGoFiles   []string
	TestGoFiles, XTestGoFiles []string
	Imports, Deps             []string
}

// room is the top-level folder of a package of this module; empty for others.
func room(importPath string) string {
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(inside, "/")
	return name
}

// packages lists the packages of the module with all that they depend on.
func packages(t *testing.T) map[string]pkg {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return all
}

// listed is what go list says, which several tests look at.
var listed = sync.OnceValues(func() (map[string]pkg, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Name,Standard,GoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,Imports,Deps", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

// TestHouse holds the code to the structure of the project: five rooms, with
// dependencies in one direction, and each room without what it must not know.
func TestHouse(t *testing.T) {
	mayImport := map[string][]string{
		"schemas":      {"schemas"},
		"mockplatform": {"schemas", "mockplatform"},
		"suites":       {"schemas", "mockplatform", "suites"},
		"recorder":     {"schemas", "mockplatform", "recorder"},
		"runner":       {"schemas", "mockplatform", "suites", "recorder", "runner"},
	}
	forbidden := map[string][]string{
		"schemas":      {"net/http", "flag", "os", "testing", "github.com/onsi/"},
		"mockplatform": {"flag", "os", "testing", "github.com/onsi/"},
		"recorder":     {"flag", "os", "testing", "github.com/onsi/"},
		"suites":       {"flag", "os", "testing"},
	}
	all := packages(t)
	for path, p := range all {
		from := room(path)
		if from == "" {
			continue
		}
		rooms, known := mayImport[from]
		if !known {
			t.Errorf("%s is in none of the five rooms", path)
		}
		for _, dep := range p.Deps {
			if to := room(dep); to != "" && !slices.Contains(rooms, to) {
				t.Errorf("%s depends on %s: the direction is schemas, mockplatform, suites or recorder, runner", path, dep)
			}
		}
		for _, imported := range p.Imports {
			for _, bad := range forbidden[from] {
				if imported == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(imported, bad) {
					t.Errorf("%s imports %s, which %s must not know", path, imported, from)
				}
			}
		}
	}

	// Whoever imports anything else does not build a client of Docker.
	linking := []string{module + "/runner/sut/docker", module + "/runner/command", module + "/runner/cmd/referee", module + "/runner/ship"}
	for path, p := range all {
		if room(path) == "" || slices.Contains(linking, path) {
			continue
		}
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, "github.com/testcontainers/") || strings.HasPrefix(dep, "github.com/moby/") {
				t.Errorf("%s depends on %s: only runner/sut/docker and the command line may link a client of Docker", path, dep)
				break
			}
		}
	}

	for _, dep := range all[module+"/recorder"].Deps {
		if room(dep) == "mockplatform" && dep != module+"/mockplatform/wire" {
			t.Errorf("the recorder depends on %s: it passes on what the real Meta sends, and needs no other", dep)
		}
	}
	for _, dep := range all[module+"/suites/reference"].Deps {
		if !all[dep].Standard {
			t.Errorf("the reference receiver depends on %s: only the standard library keeps a shared bug from cancelling out", dep)
		}
	}
}

// TestGinkgoContact keeps Ginkgo behind one file.
func TestGinkgoContact(t *testing.T) {
	allowed := []string{"suites/register.go"}
	eachSource(t, func(_, file, text string) {
		if strings.Contains(text, `"github.com/onsi/ginkgo`) && !slices.Contains(allowed, file) {
			t.Errorf("%s imports Ginkgo; only %s does", file, allowed[0])
		}
	})
}

// TestHouseHasNoClockInSchemas lets schemas read dates, but never ask for the time.
func TestHouseHasNoClockInSchemas(t *testing.T) {
	clock := regexp.MustCompile(`\btime\.(Now|Since|Until|After|AfterFunc|Sleep|Tick|NewTimer|NewTicker)\b`)
	eachSource(t, func(room, file, text string) {
		if found := clock.FindString(text); room == "schemas" && found != "" {
			t.Errorf("%s uses %s; what Meta sends does not depend on when it is asked", file, found)
		}
	})
}

// eachSource visits the source files of the five rooms, by their paths in the project.
func eachSource(t *testing.T, visit func(room, file, text string)) {
	t.Helper()
	root := root(t)
	for path, p := range packages(t) {
		if room(path) == "" {
			continue
		}
		for _, name := range p.GoFiles {
			file := filepath.Join(p.Dir, name)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			short, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			visit(room(path), filepath.ToSlash(short), string(text))
		}
	}
}

// TestTopLevel keeps the first look at the project short.
func TestTopLevel(t *testing.T) {
	allowed := []string{"schemas", "mockplatform", "suites", "recorder", "runner", "go.mod", "go.sum", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Dockerfile", "action.yml", "bin", "out"}
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

// root is the folder with go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}
