package command

import (
	"net/http"
	"sync"

	"github.com/seed-11445fa1/referee/runner/site"
	"github.com/seed-11445fa1/referee/schemas"
)

// site are the pages about a catalogue, which are made when somebody first asks for one.
func (f *serveFlags) site(h *Host, catalogue *schemas.Catalogue) http.Handler {
	made := sync.OnceValues(func() (http.Handler, error) {
		s, err := site.New(site.Options{Version: programVersion(), AsOf: func(when string) (*schemas.Catalogue, error) {
			if when == "" {
				return catalogue, nil
			}
			c, err := schemas.AsOf(when)
			if err != nil {
				return nil, err
			}
			return h.lay(f.folder, c)
		}})
		if err != nil {
			return nil, err
		}
		return s.Handler(), nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pages, err := made()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		pages.ServeHTTP(w, r)
	})
}
