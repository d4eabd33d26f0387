package watch_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/schemas"
)

// A page that is gone is news once, and a trouble from then on.
func TestPageGone(t *testing.T) {
	for _, code := range []int{http.StatusNotFound, http.StatusGone} {
		s := newSite(t)
		s.serve("/a.md", markdown, referral(""))
		s.serve("/b.md", markdown, referral(""))
		_, state := look(t, nil, s.page("a"), s.page("b"))
		s.answer("/a.md", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		report, state := look(t, state, s.page("a"), s.page("b"))
		expect(t, report, "gone page: there is no such page any more; it had 3 samples")
		report, state = look(t, state, s.page("a"), s.page("b"))
		expect(t, report, "trouble: it is gone since 2026-11-29")
		s.serve("/a.md", markdown, referral("\n\"x\": 1"))
		report, _ = look(t, state, s.page("a"), s.page("b"))
		expect(t, report, "drift: new member /referral/x", "new page: it is there again", "changed webhook sample: | + /referral/x 1")
	}
	report, _ := look(t, nil, newSite(t).page("never"))
	expect(t, report, "trouble: there is no such page: correct its address")
}

// HTML is never taken for a page without samples.
func TestHTML(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, referral(""))
	_, state := look(t, nil, s.page("a"))
	s.serve("/a.md", "text/html; charset=utf-8", "<!DOCTYPE html><html><body>Log in</body></html>")
	report, state := look(t, state, s.page("a"))
	expect(t, report, "changed page: it is HTML now; it was Markdown", "trouble: it is HTML and no Markdown")
	report, state = look(t, state, s.page("a"))
	expect(t, report, "trouble: it is HTML and no Markdown")
	s.serve("/a.md", markdown, referral(""))
	report, _ = look(t, state, s.page("a"))
	expect(t, report)
	report, _ = look(t, nil, watch.Page{URL: s.URL + "/a", Kind: watch.KindVersions, About: "versions"})
	expect(t, report, "trouble: it has no table of versions")
}

// A page that could not be looked at keeps its state, and is looked at again.
func TestTrouble(t *testing.T) {
	s := newSite(t)
	other := newSite(t)
	for name, handler := range map[string]http.HandlerFunc{
		"the answer is 500":              func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"it is longer than 100000 bytes": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 100_001)) },
		"which was not followed":         func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+"/a.md", http.StatusFound) },
		"it is empty":                    func(http.ResponseWriter, *http.Request) {},
		"it is no text in UTF-8": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", markdown)
			w.Write([]byte{0xff, 0xfe})
		},
		"wants to be left alone until 2026-11-": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
	} {
		t.Run(name, func(t *testing.T) {
			s.serve("/a.md", markdown, referral(""))
			_, state := look(t, nil, s.page("a"))
			s.answer("/a.md", handler)
			report, state := look(t, state, s.page("a"))
			expect(t, report, "trouble: ")
			if got := told(report)[0]; !strings.Contains(got, name) {
				t.Errorf("it tells %s", got)
			}
			if report.Samples != 1 {
				t.Errorf("%d samples are left", report.Samples)
			}
			state.Busy = nil
			s.serve("/a.md", markdown, referral(" // a comment\n\"x\": 1"))
			report, _ = look(t, state, s.page("a"))
			expect(t, report, "drift: new member /referral/x", "changed webhook sample: | + /referral/x 1")
		})
	}
	if len(other.log()) != 0 {
		t.Errorf("another host was asked: %q", other.log())
	}
}

// A host that asks to wait is asked nothing more, tonight and until the time it names.
func TestBusyHost(t *testing.T) {
	s, other := newSite(t), newSite(t)
	s.answer("/a.md", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	s.serve("/b.md", markdown, referral(""))
	other.serve("/c.md", markdown, referral(""))
	pages := []watch.Page{s.page("a"), s.page("b"), other.page("c")}
	report, state := look(t, nil, pages...)
	expect(t, report, "trouble: the answer is 429 Too Many Requests", "trouble: 127.0.0.1:")
	report, _ = look(t, state, pages...)
	expect(t, report, "was not asked: it wants to be left alone until 2026-11-29T14:00:00Z", "was not asked")
	if !slices.Equal(s.log(), []string{"429 /a.md"}) || len(other.log()) != 2 {
		t.Errorf("it asked %q and %q", s.log(), other.log())
	}
}

func TestMoved(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, referral(""))
	s.serve("/new.md", markdown, referral(""))
	_, state := look(t, nil, s.page("a"))
	s.answer("/a.md", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new.md", http.StatusMovedPermanently)
	})
	report, state := look(t, state, s.page("a"))
	expect(t, report, "changed page: it has moved")
	if f := report.Findings[0]; f.Link != s.URL+"/new.md" {
		t.Errorf("it has moved to %s", f.Link)
	}
	report, _ = look(t, state, s.page("a"))
	expect(t, report)
}

// Pages of another file keep their state.
func TestOtherPages(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, referral(""))
	s.serve("/b.md", markdown, referral("\n\"x\": 1"))
	_, state := look(t, nil, s.page("a"))
	report, state := look(t, state, s.page("b"))
	expect(t, report, "drift: new member /referral/x")
	report, _ = look(t, state, s.page("a"), s.page("b"))
	expect(t, report)
	if report.NotModified != 2 {
		t.Errorf("%+v", report)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := newSite(t)
	s.answer("/a.md", func(http.ResponseWriter, *http.Request) { stop() })
	_, _, err := watch.Run(ctx, watch.Options{Pages: []watch.Page{s.page("a"), s.page("b")}, Catalogue: schemas.Everything(), Now: noon})
	if !errors.Is(err, context.Canceled) || slices.Contains(s.log(), "404 /b.md") {
		t.Errorf("%v, and it asked %q", err, s.log())
	}
}

func TestDamagedState(t *testing.T) {
	for text, want := range map[string]string{
		``:                          "it is damaged",
		`{"version": 1, "run": "20`: "it is damaged",
		`{}`:                        "it is no state of `referee watch`",
		`[]`:                        "it is no state of `referee watch`",
		`{"version": 2, "new": 1}`:  "a newer one wrote it",
		`{"version": 1, "other": 1, "run": "2026-11-29T12:00:00Z", "pages": {}}`: `unknown field "other"`,
		`{"version": 1}`: "it does not say when it was written",
		`{"version": 1, "reading": 1, "run": "2026-11-29T12:00:00Z", "pages": {"https://example.com": null}}`: "there is nothing of https://example.com",
	} {
		if _, err := watch.ParseState([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
