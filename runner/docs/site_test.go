package docs_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-11445fa1/referee/schemas"
)

// site serves a folder of Markdown as Meta serves its documentation: site FOLDER FILE. Its
// address takes the place of ${SITE} in the file.
func site(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: site FOLDER FILE")
	}
	folder := ts.MkAbs(args[0])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path.Clean(r.URL.Path))))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
		_, _ = w.Write(text) // the program says what it got
	}))
	ts.Defer(server.Close)
	text := strings.ReplaceAll(ts.ReadFile(args[1]), "${SITE}", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// valid checks a file against a schema: valid SCHEMA FILE.
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: valid SCHEMA FILE")
	}
	ts.Check(schemas.Validate(args[0], []byte(ts.ReadFile(args[1]))))
}
