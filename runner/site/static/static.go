// Package static writes the site as a folder of files, with the tools as WebAssembly: no
// server has to do more than hand them out.
//
// It needs a Go toolchain and the source of the module, since the WebAssembly is built
// when it is needed and stands in no repository; wasm_exec.js, which runs it, is the
// toolchain's own.
package static

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/site"
)

// program is the package that is compiled to WebAssembly.
const program = "github.com/seed-11445fa1/referee/runner/site/wasm"

// Tools are the files with which the tools run in a page.
type Tools struct {
	Program []byte // compressed: tools.wasm.gz
	Exec    []byte // wasm_exec.js of the same toolchain
}

// Build builds the tools with the program go of this PATH, from the module that contains
// the working folder.
func Build(ctx context.Context) (Tools, error) {
	folder, err := os.MkdirTemp("", "referee-site")
	if err != nil {
		return Tools{}, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "tools.wasm")
	if _, err := run(ctx, []string{"GOOS=js", "GOARCH=wasm"}, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, program); err != nil {
		return Tools{}, err
	}
	wasm, err := os.ReadFile(file)
	if err != nil {
		return Tools{}, err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return Tools{}, err
	}
	if _, err := w.Write(wasm); err != nil {
		return Tools{}, err
	}
	if err := w.Close(); err != nil {
		return Tools{}, err
	}
	root, err := run(ctx, nil, "env", "GOROOT")
	if err != nil {
		return Tools{}, err
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return Tools{}, fmt.Errorf("the script that runs WebAssembly is a part of Go, and is not there: %w", err)
	}
	return Tools{Program: packed.Bytes(), Exec: script}, nil
}

// run runs the program go.
func run(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return string(out), nil
}

// Write writes the site into a folder, which has to be empty or not there: of a page that
// is no more nobody should find an old one. It returns how many files there are, and their
// bytes.
func Write(folder string, s *site.Site, t Tools) (files, size int, err error) {
	switch entries, err := os.ReadDir(folder); {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return 0, 0, err
	case len(entries) > 0:
		return 0, 0, fmt.Errorf("%s is not empty: delete it, or name another folder", folder)
	}
	write := func(path string, text []byte) error {
		files, size = files+1, size+len(text)
		return report.WriteFile(filepath.Join(folder, filepath.FromSlash(path)), func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	}
	for _, path := range s.Paths() {
		text, _, err := s.Page(path)
		if err != nil {
			return files, size, err
		}
		if err := write(path, text); err != nil {
			return files, size, err
		}
	}
	return files, size, errors.Join(write("tools.wasm.gz", t.Program), write("wasm_exec.js", t.Exec))
}
