package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/seed-11445fa1/referee/runner/site/tools"
)

// toolsPath is where the tools are asked, below the address of the site: a POST of the
// question, as JSON, to toolsPath and the name of the tool.
const toolsPath = "tools/"

// Handler serves the site, at addresses that begin with its own: "/", "/sign.html". Its
// server has to see to who may ask.
func (s *Site) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := strings.TrimPrefix(r.URL.Path, "/")
		if tool, asked := strings.CutPrefix(at, toolsPath); asked {
			s.ask(w, r, tool)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "pages can only be read", http.StatusMethodNotAllowed)
			return
		}
		if at == "" {
			at = "index.html"
		}
		text, found, err := s.Page(at)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		case !found:
			http.Error(w, fmt.Sprintf("there is no page %s here; variants.html and requirements.html list them", at), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", types[path.Ext(at)])
		_, _ = w.Write(text) // a client that has gone away is its own concern
	})
}

// types are written here because those that mime knows depend on the machine.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// ask lets a tool answer. What it cannot answer is an answer too, for people.
func (s *Site) ask(w http.ResponseWriter, r *http.Request, tool string) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "a tool is asked by a POST of its question", http.StatusMethodNotAllowed)
		return
	}
	question, err := io.ReadAll(http.MaxBytesReader(w, r.Body, tools.MaxQuestion+1))
	var long *http.MaxBytesError
	if err != nil && !errors.As(err, &long) {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.tools.Call(tool, question))
}
