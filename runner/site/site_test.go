package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/seed-11445fa1/referee/runner/site"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/reference"
)

func newSite(t *testing.T, o site.Options) *site.Site {
	t.Helper()
	s, err := site.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parsed is what counts of a page.
type parsed struct {
	links []string        // href and src
	ids   map[string]bool // what a # can name
	text  string
}

// parse reads a page, and fails where something in it would run or load from elsewhere.
func parse(t *testing.T, at string, page []byte) parsed {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	p := parsed{ids: map[string]bool{}}
	var text strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
			t.Errorf("%s: a %s stands in the page, which its policy forbids", at, n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				if p.ids[a.Val] {
					t.Errorf("%s: two elements have the id %s", at, a.Val)
				}
				p.ids[a.Val] = true
			case a.Key == "href" && n.Data == "a" && strings.HasPrefix(a.Val, "https://"):
			case a.Key == "href" || a.Key == "src":
				p.links = append(p.links, a.Val)
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s: %s=%q, which its policy forbids", at, a.Key, a.Val)
			}
		}
	}
	p.text = text.String()
	return p
}

// pages are all pages of the site as files, as they are made once for all tests.
var pages = sync.OnceValues(func() (map[string][]byte, error) {
	s, err := site.New(site.Options{InPage: true})
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, at := range s.Paths() {
		text, found, err := s.Page(at)
		if err != nil || !found || len(text) == 0 {
			return nil, fmt.Errorf("%s: %t %w", at, found, err)
		}
		all[at] = text
	}
	return all, nil
})

// TestLinks follows every link of every page: all lead to a page of the site, and to what
// is in it, wherever the site lies.
func TestLinks(t *testing.T) {
	t.Parallel()
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]parsed{}
	for at, text := range all {
		read[at] = parsed{}
		if path.Ext(at) == ".html" {
			read[at] = parse(t, at, text)
		}
	}
	linked := map[string]bool{"index.html": true, "worker.js": true} // which tools.js starts
	for at, p := range read {
		for _, link := range p.links {
			u, err := url.Parse(link)
			if err != nil || u.Scheme != "" || strings.HasPrefix(link, "/") {
				t.Errorf("%s links to %q, which is not relative: %v", at, link, err)
				continue
			}
			to := at
			if u.Path != "" {
				to = path.Join(path.Dir(at), u.Path)
			}
			target, ok := read[to]
			if !ok {
				t.Errorf("%s links to %s, which is not there", at, link)
				continue
			}
			linked[to] = true
			if fragment := u.Fragment; fragment != "" && !strings.Contains(fragment, "=") && !target.ids[fragment] {
				t.Errorf("%s links to %s, and nothing there has this id", at, link)
			}
		}
	}
	for at := range read {
		if !linked[at] {
			t.Errorf("no page links to %s", at)
		}
	}
}

// TestServersPages are those of the files, with a link to the console, and without what
// runs WebAssembly.
func TestServersPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, site.Options{})
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(at string) bool { return at == "worker.js" })
	if got := s.Paths(); !slices.Equal(got, want) {
		t.Errorf("there are %d pages and files, not %d", len(got), len(want))
	}
	for at, console := range map[string]string{"index.html": "../", "variants/referral.ads.html": "../../"} {
		text, _, err := s.Page(at)
		if err != nil {
			t.Fatal(err)
		}
		if own := parse(t, at, text).links; !slices.Contains(own, console) || !slices.Equal(slices.DeleteFunc(own, func(link string) bool { return link == console }), parse(t, at, all[at]).links) {
			t.Errorf("%s has the links %q", at, own)
		}
	}
}

// TestEveryVariantRequirementAndCause has a page, which says what is known of it.
func TestEveryVariantRequirementAndCause(t *testing.T) {
	t.Parallel()
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	read := func(at string) string {
		text, found := all[at]
		if !found {
			t.Errorf("there is no %s", at)
		}
		return strings.Join(strings.Fields(parse(t, at, text).text), " ")
	}
	says := func(at, page string, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if text = strings.Join(strings.Fields(strings.ReplaceAll(text, "`", "")), " "); !strings.Contains(page, text) {
				t.Errorf("%s does not say %q", at, text)
			}
		}
	}
	for _, v := range schemas.All() {
		at := "variants/" + v.ID + ".html"
		says(at, read(at), v.ID, v.Title, v.Source.URL, v.Source.Quote, v.Since)
	}
	for _, r := range suites.Requirements() {
		at := "requirements/" + r.ID + ".html"
		page := read(at)
		says(at, page, r.ID, r.Title, string(r.Level), r.Why, r.Remedy, r.Source.URL, "Causes")
		for _, w := range r.Wild {
			says(at, page, w.Broke, w.Report)
		}
	}
	for _, m := range reference.Mutants() {
		at := "causes/" + m.Cause + ".html"
		says(at, read(at), m.Cause, m.Name, m.Defect, "What it breaks")
	}
	const uncoded = "No code is written for this"
	for _, at := range []string{"requirements/robustness.malformed.html", "requirements/transport.tls.html", "causes/misreads.referral-ref.html"} {
		says(at, read(at), uncoded)
	}
	for at := range all {
		if dir := path.Dir(at); dir != "requirements" && dir != "causes" {
			continue
		}
		if bytes.Contains(all[at], []byte(uncoded)) == bytes.Contains(all[at], []byte(`data-stack="`)) {
			t.Errorf("%s has to have code, or to say that there is none", at)
		}
	}
	says("the fix", read("requirements/signature.missing.html"), "express", "spring", "createHmac")
}

// TestHandler: a server hands out the same pages, and its tools answer.
func TestHandler(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newSite(t, site.Options{}).Handler())
	defer server.Close()
	call := func(method, at, body string) (status int, header http.Header, text string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+at, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		all, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(all)
	}
	for _, c := range []struct {
		method, at, body string
		status           int
		says             string
	}{
		{"GET", "/", "", 200, "Which webhook of Meta's is this?"},
		{"GET", "/variants/referral.ads.html", "", 200, "Click-to-Messenger ad"},
		{"GET", "/site.css", "", 200, ".top"},
		{"GET", "/worker.js", "", 404, "there is no page worker.js"},
		{"GET", "/variants/nothing.html", "", 404, "variants.html and requirements.html list them"},
		{"POST", "/index.html", "", 405, "only be read"},
		{"GET", "/tools/sign", "", 405, "a POST"},
		{"POST", "/tools/sign", `{"text":"{}","secret":"s"}`, 200, `"sha256":"sha256=`},
		{"POST", "/tools/nothing", `{}`, 200, `"error":"there is no tool`},
	} {
		if status, _, text := call(c.method, c.at, c.body); status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %s: %d %.200s", c.method, c.at, status, text)
		}
	}
	if _, header, _ := call("GET", "/", ""); header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("the page has the type %q", header.Get("Content-Type"))
	}
}

// TestOnesOwnVariants have pages too.
func TestOnesOwnVariants(t *testing.T) {
	t.Parallel()
	v, _ := schemas.ByID("read.watermark")
	v.ID = "read.ours"
	v.Event = json.RawMessage(strings.Replace(string(v.Event), `"watermark"`, `"device": "phone", "watermark"`, 1))
	text, err := schemas.SchemaFile("meta/event.read.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	patched := bytes.Replace(text, []byte(`"watermark":`), []byte(`"device": {"type": "string"}, "watermark":`), 1)
	ours, err := schemas.Everything().With(schemas.Additions{Variants: []schemas.Variant{v}, Files: map[string][]byte{"meta/event.read.schema.json": patched}})
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, site.Options{AsOf: func(string) (*schemas.Catalogue, error) { return ours, nil }})
	if paths := s.Paths(); !slices.Contains(paths, "variants/read.ours.html") || !slices.Contains(paths, "requirements/envelope.read.ours.accepted.html") {
		t.Error("a variant of one's own has no page, or its requirement has none")
	}
}
