package watch

import (
	"bytes"
	_ "embed" // for pages.json
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Kind is what there is at an address.
type Kind string

const (
	// KindPage is a page of documentation, with samples.
	KindPage Kind = "page"
	// KindFeed is a changelog as RSS.
	KindFeed Kind = "rss"
	// KindVersions is the page with the table of versions of the Graph API.
	KindVersions Kind = "versions"
)

// Page is something to look at.
type Page struct {
	// URL is where people read it. The Markdown of a page is at this address with .md.
	URL  string `json:"url"`
	Kind Kind   `json:"kind"`
	// About says what is on it, in a few words.
	About string `json:"about"`
	// Object is whose events its samples are: "page", which is the default, or
	// "instagram". It counts for samples that do not say it.
	Object string `json:"object,omitempty"`
}

// address is where it is fetched.
func (p Page) address() string {
	u, err := url.Parse(p.URL)
	if err != nil || p.Kind == KindFeed || strings.HasSuffix(u.Path, ".md") {
		return p.URL
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + ".md"
	return u.String()
}

//go:embed pages.json
var pagesFile []byte

// Pages are those that come with the program.
func Pages() ([]Page, error) { return ReadPages(pagesFile) }

// ReadPages reads a file of pages. The error has all that is wrong with it, one a line.
func ReadPages(text []byte) ([]Page, error) {
	if _, err := schemas.Decode(text); err != nil {
		return nil, err
	}
	var file struct {
		Pages []Page `json:"pages"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf(`%w; it has to be {"pages": [{"url": …, "kind": …, "about": …}]}`, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something comes after its end")
	}
	if len(file.Pages) == 0 {
		return nil, errors.New("there is no page in it: a watch that watches nothing is always green")
	}
	var problems []error
	seen := map[string]int{}
	for i := range file.Pages {
		p := &file.Pages[i]
		wrong := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf("/pages/%d: %w", i, fmt.Errorf(format, args...)))
		}
		u, err := url.Parse(p.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Fragment != "" {
			wrong("url is %q; it has to be an address that begins with https:// or http://, without a #", p.URL)
		}
		if first, again := seen[p.URL]; again {
			wrong("%s stands in /pages/%d already", p.URL, first)
		} else {
			seen[p.URL] = i
		}
		switch p.Kind {
		case KindPage, KindFeed, KindVersions:
		default:
			wrong("kind is %q; there is %s, %s, %s", p.Kind, KindPage, KindFeed, KindVersions)
		}
		if p.About == "" {
			wrong("about is missing: it says in a few words what is on the page")
		}
		switch p.Object {
		case "":
			p.Object = "page"
		case "page", "instagram":
		default:
			wrong("object is %q; there is page and instagram", p.Object)
		}
	}
	return file.Pages, errors.Join(problems...)
}
