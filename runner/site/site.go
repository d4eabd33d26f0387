package site

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/runner/site/tools"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// Options configure a Site.
type Options struct {
	// AsOf returns the catalogue of a day, of a version of the Graph API, or for "" the
	// one that the pages are about. Default: schemas.AsOf.
	AsOf func(when string) (*schemas.Catalogue, error)
	// InPage lets the tools run in the page, as WebAssembly. Default: they run in the
	// server, see Handler.
	InPage bool
	// Version is the one of Referee. Default: none is told.
	Version string
}

// Site has all pages. It is safe for concurrent use.
type Site struct {
	o         Options
	templates *template.Template
	catalogue *schemas.Catalogue
	all       []suites.Requirement
	known     *known
	described func() map[string]diagnosis.Cause // of all causes, made once
	tools     *tools.Tools
	pages     map[string]page
}

// page makes what a page shows.
type page struct {
	template string
	make     func() (content, error)
}

// New prepares the pages; each is made when it is asked for.
func New(o Options) (*Site, error) {
	if o.AsOf == nil {
		o.AsOf = schemas.AsOf
	}
	s := &Site{o: o, tools: tools.New(o.AsOf), pages: map[string]page{}}
	var err error
	if s.catalogue, err = o.AsOf(""); err != nil {
		return nil, err
	}
	if s.templates, err = readTemplates(); err != nil {
		return nil, err
	}
	s.all = suites.RequirementsOf(s.catalogue)
	s.known = newKnown(s.all)
	s.described = sync.OnceValue(s.describe)
	s.addTools()
	s.addVariants()
	s.addRequirements()
	s.addCauses()
	s.addHistory()
	return s, nil
}

// Paths are the addresses of all pages and of the files that they need, sorted:
// "index.html", "variants/referral.ads.html".
func (s *Site) Paths() []string {
	return slices.Sorted(maps.Keys(mergedKeys(s.pages, s.files())))
}

func mergedKeys[A, B any](a map[string]A, b map[string]B) map[string]bool {
	all := map[string]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return all
}

// Page returns a page or a file by its address; false where there is none.
func (s *Site) Page(path string) (text []byte, found bool, err error) {
	if text, found := s.files()[path]; found {
		return text, true, nil
	}
	p, found := s.pages[path]
	if !found {
		return nil, false, nil
	}
	c, err := p.make()
	if err != nil {
		return nil, true, fmt.Errorf("make the page %s: %w", path, err)
	}
	var b bytes.Buffer
	err = s.templates.ExecuteTemplate(&b, p.template, view{
		content: c, Path: path, Root: strings.Repeat("../", strings.Count(path, "/")), InPage: s.o.InPage, Version: s.o.Version,
	})
	if err != nil {
		return nil, true, fmt.Errorf("make the page %s: %w", path, err)
	}
	return b.Bytes(), true, nil
}

// content is what a page shows, beside its frame.
type content struct {
	Title string
	// Tab is the address of the page in the bar to which this one belongs.
	Tab  string
	Data any
}

// view is what a template gets.
type view struct {
	content
	Path    string
	Root    string // the way to the top: "", "../"
	InPage  bool
	Version string
}

// Tabs are the pages in the bar.
func (v view) Tabs() []tab {
	tabs := []tab{
		{Path: "index.html", Name: "Validate"}, {Path: "drift.html", Name: "Drift"}, {Path: "sign.html", Name: "Sign"},
		{Path: "variants.html", Name: "Variants"}, {Path: "requirements.html", Name: "Requirements"}, {Path: "causes.html", Name: "Causes"},
		{Path: "history.html", Name: "History"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == v.Tab
	}
	return tabs
}

type tab struct {
	Path, Name string
	Current    bool
}

// files are those that pages need beside themselves.
func (s *Site) files() map[string][]byte {
	files := maps.Clone(webFiles())
	if !s.o.InPage {
		delete(files, "worker.js")
	}
	return files
}

var webFiles = sync.OnceValue(func() map[string][]byte {
	style, icon := console.Looks()
	files := map[string][]byte{"base.css": style, "icon.svg": icon}
	for _, name := range []string{"site.css", "site.js", "tools.js", "worker.js"} {
		files[name] = mustRead(name)
	}
	return files
})
