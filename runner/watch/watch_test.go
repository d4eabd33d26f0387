package watch_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/runner/watch/polite"
	"github.com/seed-11445fa1/referee/schemas"
)

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
