package command_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// site serves the files of a folder as Meta serves its documentation, on this machine:
// site FOLDER FILE. Its address takes the place of ${SITE} in the file. One of its files
// that says "status 429" is answered with that status.
func site(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: site FOLDER FILE")
	}
	folder := ts.MkAbs(args[0])
	types := map[string]string{".md": "text/markdown; charset=utf-8", ".xml": "application/rss+xml", ".html": "text/html"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path.Clean(r.URL.Path))))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		if status, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "status "); ok {
			code, err := strconv.Atoi(status)
			if err != nil {
				code = http.StatusInternalServerError
			}
			w.WriteHeader(code)
			return
		}
		tag := fmt.Sprintf(`"%x"`, sha256.Sum256(text))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", types[path.Ext(r.URL.Path)])
		_, _ = w.Write(text) // the program says what it got
	}))
	ts.Defer(server.Close)
	text := strings.ReplaceAll(ts.ReadFile(args[1]), "${SITE}", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}
