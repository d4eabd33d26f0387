package watch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/runner/watch"
)

// site is a host with documentation, on this machine.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string // "200 /a.md", in their order
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		handler := s.pages[r.URL.Path]
		s.mu.Unlock()
		code := &recorder{ResponseWriter: w, code: http.StatusOK}
		if handler == nil {
			handler = http.NotFound
		}
		handler(code, r)
		s.mu.Lock()
		s.asked = append(s.asked, fmt.Sprintf("%d %s", code.code, r.URL.Path))
		s.mu.Unlock()
	}))
	t.Cleanup(s.Close)
	return s
}

type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// serve puts a text at a path, with a version of its own.
func (s *site) serve(path, contentType, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tag := fmt.Sprintf(`"%d-%s"`, len(text), path)
	s.pages[path] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(text)) // the client says what it got
	}
}

func (s *site) answer(path string, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = handler
}

// log is what was asked for so far.
func (s *site) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *site) page(name string) watch.Page {
	return watch.Page{URL: s.URL + "/" + name, Kind: watch.KindPage, About: "the " + name, Object: "page"}
}

const markdown = "text/markdown; charset=utf-8"
