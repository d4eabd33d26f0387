package watch_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/watch"
)

func TestPages(t *testing.T) {
	pages, err := watch.Pages()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[watch.Kind]int{}
	for _, p := range pages {
		kinds[p.Kind]++
		if !strings.HasPrefix(p.URL, "https://developers.facebook.com/documentation/") {
			t.Errorf("%s is no page of Meta's that has Markdown beside it", p.URL)
		}
	}
	for _, kind := range []watch.Kind{watch.KindPage, watch.KindFeed, watch.KindVersions} {
		if kinds[kind] == 0 {
			t.Errorf("there is no page of the kind %s", kind)
		}
	}
}

// No address is made up: all parts of it stand in the facts beside the project.
func TestPagesAreKnown(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "reference", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the facts are not beside the project")
	}
	var facts strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		facts.Write(text)
	}
	pages, err := watch.Pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		u, err := url.Parse(p.URL)
		if err != nil {
			t.Fatal(err)
		}
		path := u.Path
		if p.Kind == watch.KindFeed {
			path = strings.TrimSuffix(path, "/rss/") // the facts name the page of a changelog
		}
		for _, part := range strings.Split(strings.Trim(path, "/"), "/") {
			if !regexp.MustCompile(`(^|[^a-z-])` + regexp.QuoteMeta(part) + `($|[^a-z-])`).MatchString(facts.String()) {
				t.Errorf("%s: the facts do not know %q", p.URL, part)
			}
		}
	}
}

func TestReadPages(t *testing.T) {
	for text, want := range map[string][]string{
		`{`:             {"it ends too early"},
		`[]`:            {`it has to be {"pages"`},
		`{"pages": []}`: {"there is no page in it"},
		`{"pages": [{"url": "https://a.example/", "kind": "page", "about": "a", "type": "x"}]}`: {`unknown field "type"`},
		`{"pages": [{"url": "ftp://a.example/", "kind": "page", "about": "a"},
		  {"url": "https://b.example/x", "kind": "pages", "about": "b", "object": "user"},
		  {"url": "https://b.example/x", "kind": "rss"},
		  {"url": "https://b.example/x#y", "kind": "rss", "about": "c"}]}`: {
			`/pages/0: url is "ftp://a.example/"`, `/pages/1: kind is "pages"; there is page, rss, versions`, `/pages/1: object is "user"`,
			"/pages/2: https://b.example/x stands in /pages/1 already", "/pages/2: about is missing", `/pages/3: url is "https://b.example/x#y"`,
		},
	} {
		_, err := watch.ReadPages([]byte(text))
		if err == nil {
			t.Errorf("%s is taken", text)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v\nlacks %s", text, err, part)
			}
		}
	}
	if _, err := watch.ReadPages([]byte(`{"pages": [{"url": "https://a.example/x", "kind": "page", "about": "a"}]} {}`)); err == nil {
		t.Error("what comes after the end is not seen")
	}
}
