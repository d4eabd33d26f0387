package console

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

//go:embed web
var webFiles embed.FS

// sitePath is where the pages of Options.Site are.
const sitePath = "/site/"

// routes is the console without its guard.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.meter.handler())
	mux.HandleFunc("/", asset)
	if s.opts.Site != nil {
		mux.Handle(sitePath, http.StripPrefix(strings.TrimSuffix(sitePath, "/"), s.opts.Site))
	}
	mux.HandleFunc(apiPrefix, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "there is no "+r.Method+" "+r.URL.Path+" in the control API; "+apiPrefix+"openapi.json lists what there is")
	})
	s.api = humago.New(mux, apiConfig(s.opts))
	s.api.UseMiddleware(func(hc huma.Context, next func(huma.Context)) {
		next(hc)
		if hc.Method() != http.MethodGet {
			s.steered.give()
		}
	})
	s.registerEvents()
	s.registerSaveAs()
	s.registerPeople()
	s.registerRecording()
	s.registerFiles()
	s.registerMedia()
	s.registerExchanges()
	s.registerRelated()
	s.registerStream()
	s.registerDeliveries()
	s.registerFaults()
	s.registerSetup()
	s.registerState()
	return mux
}

// apiConfig is huma's without what would write into answers or load a page from
// elsewhere.
func apiConfig(o Options) huma.Config {
	security, schemes := []map[string][]string{}, map[string]*huma.SecurityScheme{}
	if o.Token != "" {
		security = append(security, map[string][]string{tokenScheme: {}})
		schemes[tokenScheme] = &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: "The token of --console-token, or the one that serve printed"}
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Referee control API", Version: o.Version, License: &huma.License{Name: "Apache License 2.0", Identifier: "Apache-2.0"},
				Description: "Steers a mock Meta platform while it runs: people act, exchanges are recorded, faults are played. Errors are problem details (RFC 9457) that say what to do.",
			},
			Servers: []*huma.Server{{URL: "/", Description: "Where this document is"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer), SecuritySchemes: schemes,
			},
			Security:       security,
			OnAddOperation: []huma.AddOpFunc{refusals},
			Tags: []*huma.Tag{
				{Name: "events", Description: "The catalogue, and events made from it"},
				{Name: "people", Description: "Who talks to the page, and the threads"},
				{Name: "exchanges", Description: "The journal"},
				{Name: "faults", Description: "What the platform does wrong on purpose"},
				{Name: "setup", Description: "The receiver, the profile that it set, the clock"},
			},
		},
		OpenAPIPath: apiPrefix + "openapi",
		Formats:     map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		// Its errors are for people too.
		Transformers: []huma.Transformer{plainly},
		// A filter that is misspelt would be one that is left out.
		RejectUnknownQueryParameters: true,
		DefaultFormat:                "application/json",
	}
}

// refusals says of an operation that it can be refused, whoever asks: by the guard, or
// because there is something wrong with what was asked.
func refusals(_ *huma.OpenAPI, o *huma.Operation) {
	if problem := o.Responses["default"]; problem != nil {
		o.Responses["4XX"] = &huma.Response{Description: "Refused, and what to do", Content: problem.Content}
	}
}

// ready answers whether the platform takes calls.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.platform.GraphURL() == "" {
		plain(w, http.StatusServiceUnavailable, "the platform does not listen yet")
		return
	}
	if err := s.platform.Stored(); err != nil {
		plain(w, http.StatusInsufficientStorage, err.Error())
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A client that has gone away is its own concern.
	_, _ = w.Write([]byte(text + "\n"))
}

// asset answers a file of the web console.
func asset(w http.ResponseWriter, r *http.Request) {
	name := path.Join("web", path.Clean("/"+r.URL.Path))
	if r.URL.Path == "/" {
		name = "web/index.html"
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "pages of the console can only be read; the control API is under "+apiPrefix)
		return
	}
	text, err := fs.ReadFile(webFiles, name)
	if err != nil {
		plain(w, http.StatusNotFound, "the console has no page "+r.URL.Path+"; it begins at /")
		return
	}
	// Types are written here because those that mime knows depend on the machine.
	kind, known := map[string]string{
		".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	if !known {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	// A client that has gone away is its own concern.
	_, _ = w.Write(text)
}

// Looks are the style and the icon that pages share which look like the console.
func Looks() (style, icon []byte) {
	read := func(name string) []byte {
		text, err := webFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded files are there, or nothing would be built
		}
		return text
	}
	return read("web/style/base.css"), read("web/icon.svg")
}
