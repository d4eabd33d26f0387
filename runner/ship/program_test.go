package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// project is the folder of the project.
var project = filepath.Join("..", "..")

const modulePath = "github.com/seed-11445fa1/referee"

// made is where the programs are that the tests share.
var made string

func TestMain(m *testing.M) {
	var err error
	if made, err = os.MkdirTemp("", "referee-ship-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(made); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// program is referee as a stranger gets it by `go install`, static, and made once.
func program(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what builds the program")
	}
	file, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var installed = sync.OnceValues(func() (file string, err error) {
	proxy := filepath.Join(made, "proxy")
	version, err := published(proxy)
	if err != nil {
		return "", err
	}
	var environment struct{ GOPROXY, GOMODCACHE string }
	out, err := exec.Command("go", "env", "-json", "GOPROXY", "GOMODCACHE").Output()
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(out, &environment); err != nil {
		return "", err
	}
	// What Go keeps of a version is of this test alone.
	defer func() {
		versions := filepath.Join(environment.GOMODCACHE, "cache", "download", filepath.FromSlash(modulePath), "@v")
		kept, glob := filepath.Glob(filepath.Join(versions, version+".*"))
		err = errors.Join(err, glob, os.RemoveAll(filepath.Join(environment.GOMODCACHE, filepath.FromSlash(modulePath)+"@"+version)))
		for _, file := range kept {
			err = errors.Join(err, os.Remove(file))
		}
	}()
	install := exec.Command("go", "install", "-modcacherw", "-trimpath", "-ldflags", "-s -w", modulePath+"/runner/cmd/referee@latest")
	install.Dir = made // where no module is
	install.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOBIN="+made, "GONOSUMDB="+modulePath, "GOPROXY=file://"+filepath.ToSlash(proxy)+","+environment.GOPROXY)
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", install, err, out)
	}
	file = filepath.Join(made, "referee")
	out, err = exec.Command(file, "version").Output()
	if err == nil && !strings.HasPrefix(string(out), "referee "+version+" ") {
		err = fmt.Errorf("version %s says that it is %q", version, out)
	}
	return file, err
})

// published makes a proxy of modules with one version of this one: what git has of it and
// would have, which are the files of a commit.
func published(proxy string) (version string, err error) {
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = project
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("git says not which files there are: %w", err)
	}
	var files []zip.File
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if strings.HasSuffix(name, "_test.go") {
			continue // without which Go need not build anew when a test is changed
		}
		if info, err := file(name).Lstat(); err == nil && info.Mode().IsRegular() {
			files = append(files, file(name))
		}
	}
	var packed bytes.Buffer
	if err := zip.Create(&packed, module.Version{Path: modulePath, Version: "v0.0.1"}, files); err != nil {
		return "", err
	}
	// The same files are the same version, for Go keeps what it has built.
	version = fmt.Sprintf("v0.0.1-of-%.6x", sha256.Sum256(packed.Bytes()))
	packed.Reset()
	if err := zip.Create(&packed, module.Version{Path: modulePath, Version: version}, files); err != nil {
		return "", err
	}
	gomod, err := os.ReadFile(filepath.Join(project, "go.mod"))
	if err != nil {
		return "", err
	}
	folder := filepath.Join(proxy, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for name, text := range map[string][]byte{
		"list": []byte(version), version + ".info": fmt.Appendf(nil, "{\"Version\": %q}", version), version + ".mod": gomod, version + ".zip": packed.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return "", err
		}
	}
	return version, nil
}

// file is one of the project, by its name with slashes.
type file string

func (f file) Path() string                 { return string(f) }
func (f file) place() string                { return filepath.Join(project, filepath.FromSlash(string(f))) }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(f.place()) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.place()) }
