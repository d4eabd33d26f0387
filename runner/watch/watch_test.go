package watch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/runner/watch/polite"
	"github.com/seed-11445fa1/referee/schemas"
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

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// look runs a watch, after the last one with a state.
func look(t *testing.T, state *watch.State, pages ...watch.Page) (watch.Report, *watch.State) {
	t.Helper()
	report, next, err := watch.Run(t.Context(), watch.Options{
		Pages: pages, State: state, Catalogue: schemas.Everything(), Now: noon,
		Client: polite.Options{UserAgent: "referee/test", MostBytes: 100_000, Now: func() time.Time { return noon }},
	})
	if err != nil {
		t.Fatal(err)
	}
	// What is kept is what was written and read again.
	text, err := json.Marshal(next)
	if err != nil {
		t.Fatal(err)
	}
	read, err := watch.ParseState(text)
	if err != nil {
		t.Fatal(err)
	}
	return report, &read
}

func propose(t *testing.T, r watch.Report) watch.Proposal {
	t.Helper()
	p, err := r.Propose()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told is what a report says, a line for each thing.
func told(r watch.Report) []string {
	lines := []string{}
	for _, i := range r.Drift {
		lines = append(lines, fmt.Sprintf("drift: %s %s", i.What, i.Pointer))
	}
	for _, f := range r.Findings {
		text := strings.TrimSpace(fmt.Sprintf("%s %s: %s", f.Change, f.What, f.Title))
		for _, line := range f.Lines {
			text += " | " + line
		}
		lines = append(lines, text)
	}
	for _, trouble := range r.Troubles {
		lines = append(lines, "trouble: "+trouble.Problem)
	}
	return lines
}

func expect(t *testing.T, r watch.Report, want ...string) {
	t.Helper()
	got := told(r)
	if len(got) != len(want) {
		t.Fatalf("it tells:\n%s\nexpected:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("it tells\n%s\nexpected\n%s", got[i], want[i])
		}
	}
}

// referral is a page with a sample of a referral; members go into it.
func referral(members string) string {
	return "# messaging\\_referrals\n\nUpdated: Jul 1, 2025\n\nThis comes when somebody follows a link.\n\n## Examples\n\n### m.me link\n\n```\n" + `{
  "sender": {
    "id": "<PSID>"
  },
  "recipient": {
    "id": "<PAGE_ID>"
  },
  "timestamp": 1458692752478,
  "referral": {
    "ref": <REF_DATA>,
    "source": "SHORTLINK",
    "type": "OPEN_THREAD",` + members + `
  }
}` + "\n```\n\n### The request\n\n```\ncurl -X POST https://graph.example/me/messages\n```\n\n```json\n{\"recipient\": {\"id\": \"<PSID>\"}, \"message\": {\"text\": \"hello\"}}\n```\n"
}

// The first run reports what the catalogue does not know, and the next one nothing.
func TestNothingNew(t *testing.T) {
	s := newSite(t)
	s.serve("/referrals.md", markdown, referral(""))
	page := s.page("referrals")
	first, state := look(t, nil, page)
	expect(t, first)
	if !first.First || first.Samples != 1 {
		t.Errorf("%+v", first)
	}
	second, state := look(t, state, page)
	expect(t, second)
	if second.First || second.NotModified != 1 || second.Samples != 1 {
		t.Errorf("%+v", second)
	}
	third, _ := look(t, state, page)
	expect(t, third)
	if want := []string{"200 /referrals.md", "304 /referrals.md", "304 /referrals.md"}; !slices.Equal(s.log(), want) {
		t.Errorf("it asked %q", s.log())
	}
}

// A new member in a sample is drift, and a change of the sample. It is told once.
func TestNewMember(t *testing.T) {
	s := newSite(t)
	s.serve("/referrals.md", markdown, referral(""))
	page := s.page("referrals")
	_, state := look(t, nil, page)
	s.serve("/referrals.md", markdown, referral("\n    \"campaign_id\": \"1\","))
	report, state := look(t, state, page)
	expect(t, report,
		"drift: new member /referral/campaign_id",
		`changed webhook sample: | + /referral/campaign_id "1"`,
	)
	if where := report.Drift[0].Where; where != page.URL+":12" {
		t.Errorf("it is in %s", where)
	}
	p := propose(t, report)
	if len(p.Variants) != 1 || len(p.Changes) != 1 || len(p.Patches) != 1 {
		t.Fatalf("%+v", p)
	}
	v := p.Variants[0]
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schemas.ParseVariant(text); err != nil {
		t.Errorf("the variant: %v", err)
	}
	if v.Field != "messaging_referrals" || v.Since != "2025-07-01" || v.Source.URL != "https"+strings.TrimPrefix(page.URL, "http") || v.Status != schemas.Documented ||
		!strings.Contains(v.Notes, "Mended: ref is printed without quotation marks; a comma after the last member.") ||
		!strings.HasSuffix(v.Source.Quote, `"type":"OPEN_THREAD","campaign_id":"1"}}`) || !strings.Contains(string(v.Event), `"campaign_id":"1"`) || !strings.Contains(string(v.Event), `"{{psid}}"`) {
		t.Errorf("the variant is %s", text)
	}
	c := p.Changes[0]
	if c.Date != "2025-07-01" || c.Field != "messaging_referrals" || c.Source != page.URL || !slices.Equal(c.Adds, []string{"meta/common.schema.json#/$defs/referral/properties/campaign_id"}) {
		t.Errorf("the change is %+v", c)
	}
	again, _ := look(t, state, page)
	expect(t, again)
}

// On the first run too: nobody knows since when it is there.
func TestFirstRunWithDrift(t *testing.T) {
	s := newSite(t)
	s.serve("/referrals.md", markdown, referral("\n    \"campaign_id\": \"1\","))
	report, state := look(t, nil, s.page("referrals"))
	expect(t, report, "drift: new member /referral/campaign_id")
	again, _ := look(t, state, s.page("referrals"))
	expect(t, again)
}

// A value of a closed set is drift; a placeholder in its place is none, and neither
// is a bare word where a number belongs.
func TestPlaceholders(t *testing.T) {
	s := newSite(t)
	text := "```\n" + `{"object": "page", "entry": [{"id": "PAGE_ID", "time": TIME_OF_EVENT, "messaging": [
  {"sender": {"id": "<PSID>"}, "recipient": {"id": "<PAGE_ID>"}, "timestamp": <UNIX_TIMESTAMP>,
   "referral": {"ref": "R", "source": "%s", "type": "<TYPE>"}}]}]}` + "\n```\n"
	s.serve("/a.md", markdown, fmt.Sprintf(text, "<SOURCE>"))
	s.serve("/b.md", markdown, fmt.Sprintf(text, "BILLBOARD"))
	s.serve("/c.md", markdown, "```\n{\"object\": \"page\", \"entry\": [{\"id\": \"1\", ... \"messaging\": [{\"sender\": {\"id\": \"1\"}, ...}]}]}\n```\n")
	report, _ := look(t, nil, s.page("a"), s.page("b"), s.page("c"))
	expect(t, report, "drift: new value /referral/source")
}

// A list of values in the place of one stands for each of them.
func TestAlternatives(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, "```\n"+`{"sender": {"id": "<PSID>"}, "recipient": {"id": "<PAGE_ID>"}, "timestamp": 1458692752478,
 "message": {"mid": "m_1", "attachments": [{"type": "<image|video|hologram|audio>", "payload": {"url": "<URL>"}}]}}`+"\n```\n")
	report, _ := look(t, nil, s.page("a"))
	expect(t, report, "drift: new value /message/attachments/-/type")
	if i := report.Drift[0]; string(i.Example) != `"hologram"` || report.Samples != 1 {
		t.Errorf("%+v", i)
	}
}

// A shape that no schema refuses and no variant has.
func TestNewShape(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, "```json\n"+`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1458692752478,"referral":{"ref":"R","ad_id":"1","type":"OPEN_THREAD"}}`+"\n```\n")
	report, state := look(t, nil, s.page("a"))
	expect(t, report, "new shape: referral: no variant is like it; the nearest is referral.")
	p := propose(t, report)
	if len(p.Variants) != 1 || len(p.Patches) != 0 || len(p.Changes) != 1 || p.Changes[0].Field != "messaging_referrals" {
		t.Fatalf("%+v", p)
	}
	text, err := json.Marshal(p.Variants[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schemas.ParseVariant(text); err != nil || p.Variants[0].Form != schemas.FormMessaging || p.Variants[0].ID != "referral.printed-without-referral-source" {
		t.Errorf("the variant %s: %v", text, err)
	}
	again, _ := look(t, state, s.page("a"))
	expect(t, again)
}

// What a fence calls its code does not hide a sample.
func TestLanguages(t *testing.T) {
	s := newSite(t)
	event := `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1458692752478,"referral":{"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD","x":1}}`
	s.serve("/a.md", markdown, "```js\n"+event+"\n```\n\n```js\n{ const a = 1; }\n```\n\n```\nGET /me\n```\n\n```text\n\n```\n")
	report, _ := look(t, nil, s.page("a"))
	expect(t, report, "drift: new member /referral/x")
}

func TestSamplesComeAndGo(t *testing.T) {
	s := newSite(t)
	s.serve("/a.md", markdown, referral(""))
	_, state := look(t, nil, s.page("a"))
	without, rest, _ := strings.Cut(referral(""), "### The request")
	s.serve("/a.md", markdown, without)
	report, state := look(t, state, s.page("a"))
	expect(t, report,
		"gone code sample: curl -X POST", `gone JSON sample: {"recipient":{"id":"<PSID>"},"message":{"text":"hello"}}`,
		"changed text: 0 lines came, 1 went | - ### The request",
	)
	s.serve("/a.md", markdown, without+"### The request"+rest+"\nA value more: `BILLBOARD`. See ![](https://example.com/a.png?oh=1).\n")
	report, state = look(t, state, s.page("a"))
	expect(t, report,
		"new code sample: curl", "new JSON sample:", "changed text: 2 lines came, 0 went | + ### The request | + A value more: `BILLBOARD`. See ![](https://example.com/a.png).",
	)
	s.serve("/a.md", markdown, "# messaging_referrals\n\nThe samples have moved.\n")
	report, _ = look(t, state, s.page("a"))
	expect(t, report, `gone samples: it has no sample any more, and had 3 | - {"sender"`, "changed text:")
}

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

// A sample that nobody could read is told once, with its place.
func TestBrokenSample(t *testing.T) {
	s := newSite(t)
	broken := "# A page\n\n## Broken\n\n```json\n{\n  \"sender\": {\"id\": \"1\"}, \"recipient\": {\"id\": \"2\"}, \"timestamp\": 1458692752478,\n" +
		"  \"message\": {\"mid\": \"m_1\", \"text\" \"hello\"}\n}\n```\n"
	s.serve("/a.md", markdown, broken)
	report, state := look(t, nil, s.page("a"))
	expect(t, report, `new sample that could not be read: a colon is missing after "text"`, "new page: it has no sample")
	if f := report.Findings[0]; f.Line != 8 || f.Under != "Broken" {
		t.Errorf("%+v", f)
	}
	s.serve("/a.md", markdown, broken+"\nOne line more.\n")
	report, state = look(t, state, s.page("a"))
	expect(t, report, "changed text: 1 line came, 0 went | + One line more.")
	s.serve("/a.md", markdown, strings.Replace(broken, `"text" "hello"`, `"text": "hello"`, 1))
	report, _ = look(t, state, s.page("a"))
	expect(t, report, "gone sample that could not be read: a colon is missing after \"text\" | { |", "new webhook sample", "changed text")
}

const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Changelog</title>%s
<item><title>Old news</title><guid>1</guid><pubDate>Tue, 08 Jun 2021 07:00:00 GMT</pubDate><description>mid in postbacks</description></item>
</channel></rss>`

const announced = `<item><title>Buttons</title><guid>2</guid><link>https://example.com/changelog</link><pubDate>Sat, 28 Nov 2026 07:00:00 GMT</pubDate><description><![CDATA[<p>The <code>messaging_postbacks</code> webhook gets a member %s.</p>]]></description></item>`

func TestAnnouncements(t *testing.T) {
	s := newSite(t)
	page := watch.Page{URL: s.URL + "/rss/", Kind: watch.KindFeed, About: "changelog"}
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, ""))
	report, state := look(t, nil, page)
	expect(t, report)
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "color")))
	report, state = look(t, state, page)
	expect(t, report, "new announcement: Buttons | The messaging_postbacks webhook gets a member color.")
	if f := report.Findings[0]; f.Date != "2026-11-28" || f.Link != "https://example.com/changelog" {
		t.Errorf("%+v", f)
	}
	if c := propose(t, report).Changes; len(c) != 1 || c[0].Field != "messaging_postbacks" || c[0].Date != "2026-11-28" || c[0].Source != "https://example.com/changelog" {
		t.Errorf("the changes are %+v", c)
	}
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "of another color")))
	report, state = look(t, state, page)
	expect(t, report, "changed announcement: Buttons")
	s.serve("/rss/", "application/rss+xml", "<html>")
	report, state = look(t, state, page)
	expect(t, report, "trouble: it is no RSS")
	s.serve("/rss/", "application/rss+xml", fmt.Sprintf(feed, fmt.Sprintf(announced, "of another color")))
	report, _ = look(t, state, page)
	expect(t, report)

	// What is younger than the history of the catalogue is told on the first run too.
	report, _ = look(t, nil, page)
	expect(t, report, "new announcement: Buttons")
}

func TestVersions(t *testing.T) {
	s := newSite(t)
	page := watch.Page{URL: s.URL + "/versions", Kind: watch.KindVersions, About: "versions"}
	table := func(rows string) {
		s.serve("/versions.md", markdown, "# Changelog\n\n## Available Graph API Versions\n\n| Version | Date Introduced | Available Until |\n|---|---|---|\n"+rows)
	}
	const known = "| v25.0 | February 18, 2026 | July 29, 2028 |\n"
	table(known)
	report, state := look(t, nil, page)
	expect(t, report)
	if p := propose(t, report); p.GraphVersions != nil {
		t.Errorf("%+v", p.GraphVersions)
	}
	table("| v99.0 | November 4, 2026 | TBD |\n|  | December 1, 2026 | TBD |\n" + known)
	report, state = look(t, state, page)
	expect(t, report, "new row that could not be read: it has no version or no day |  | December 1, 2026 | TBD", "new Graph version: v99.0, from 2026-11-04, with no end")
	versions := propose(t, report).GraphVersions
	if newest := versions[len(versions)-1]; newest != (schemas.GraphVersion{Name: "v99.0", Released: "2026-11-04"}) || len(versions) != len(schemas.GraphVersions())+1 {
		t.Errorf("the versions are %+v", versions)
	}
	table("| v99.0 | November 4, 2026 | May 1, 2029 |\n")
	report, state = look(t, state, page)
	expect(t, report, "gone row that could not be read", "changed Graph version: v99.0, from 2026-11-04 until 2029-05-01 | was from 2026-11-04, with no end", "gone Graph version: v25.0")
	s.serve("/versions.md", markdown, "# Changelog\n")
	report, _ = look(t, state, page)
	expect(t, report, "trouble: it has no table of versions")
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
