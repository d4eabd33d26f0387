package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// released is the newest version, as the files that install one name it.
const released = "v0.1.0"

// releases serves, as GitHub does, the newest release, which has the program of this test
// for this platform. Files that a test names are served with other contents, or with
// status 404 where those are empty.
func releases(t *testing.T, instead map[string]string) (address string) {
	t.Helper()
	program(t)
	folder, err := release()
	if err != nil {
		t.Fatal(err)
	}
	serve := func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Base(r.URL.Path)
		text, replaced := instead[name]
		switch {
		case replaced && text != "":
			_, _ = w.Write([]byte(text)) // who has gone looks at nothing
		case replaced:
			http.NotFound(w, r)
		default:
			http.ServeFile(w, r, filepath.Join(folder, name))
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /latest/download/{file}", serve)
	mux.HandleFunc("GET /download/"+released+"/{file}", serve)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// release is a folder with what install.sh takes of a release, made once.
var release = sync.OnceValues(func() (folder string, err error) {
	folder = filepath.Join(made, "release")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(made, "referee"))
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("referee_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	out, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	packed, err := gzip.NewWriterLevel(io.MultiWriter(out, digest), gzip.BestSpeed)
	if err != nil {
		return "", err
	}
	archive := tar.NewWriter(packed)
	var writing error
	for _, f := range []struct {
		name string
		mode int64
		text []byte
	}{{"LICENSE", 0o644, []byte("Apache")}, {"referee", 0o755, text}} {
		writing = errors.Join(writing, archive.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text))}))
		_, err := archive.Write(f.text)
		writing = errors.Join(writing, err)
	}
	if err := errors.Join(writing, archive.Close(), packed.Close(), out.Close()); err != nil {
		return "", err
	}
	script, err := os.ReadFile("install.sh")
	if err != nil {
		return "", err
	}
	return folder, errors.Join(
		os.WriteFile(filepath.Join(folder, "install.sh"), script, 0o600),
		os.WriteFile(filepath.Join(folder, "checksums.txt"), fmt.Appendf(nil, "%x  %s\n%064d  another.tar.gz\n", digest.Sum(nil), name, 0), 0o600),
	)
})
