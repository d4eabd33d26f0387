package suites

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// ownCatalogue has an event of a kind that no release knows, since September 2026.
func ownCatalogue(t *testing.T, when string) *schemas.Catalogue {
	t.Helper()
	base, err := schemas.AsOf(when)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"event.schema.patch.json": `[{"op": "add", "path": "/anyOf/-", "value": {"required": ["vote"]}}]`,
		"vote.cast.json": `{"id": "vote.cast", "field": "votes", "title": "A vote", "status": "observed", "since": "2026-09",
			"source": {"url": "https://example.com/", "quote": "a vote"}, "schema": "event",
			"event": {"sender": {"id": "{{psid}}"}, "recipient": {"id": "{{page_id}}"}, "timestamp": "{{timestamp_ms}}", "vote": {"for": "{{ref}}"}}}`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	o, err := overlay.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	c, notes, err := o.On(base)
	if err != nil || len(notes) > 0 {
		t.Fatal(notes, err)
	}
	return c
}

const ofTheVote = "envelope.vote.cast.accepted"

// A variant of one's own has requirements as one of a release has, whatever the day,
// and beside the same others.
func TestRequirementsOfACatalogue(t *testing.T) {
	var want []string
	for _, r := range Requirements() {
		want = append(want, r.ID)
	}
	for _, when := range []string{"", "2026-01-01"} {
		var got []string
		for _, r := range RequirementsOf(ownCatalogue(t, when)) {
			got = append(got, r.ID)
		}
		at := slices.Index(got, ofTheVote)
		if at < 0 || !strings.HasPrefix(got[at-1], "envelope.") || !strings.HasPrefix(got[at+1], "envelope.") {
			t.Fatalf("as of %q it is requirement %d", when, at)
		}
		if !slices.Equal(slices.Delete(got, at, at+1), want) {
			t.Errorf("as of %q there are other requirements beside it", when)
		}
	}
	if _, ok := ByID(ofTheVote); ok {
		t.Error("a release has it")
	}
}

// It is judged: a receiver that refuses the event is found, and the day decides whether
// it is applicable.
func TestJudgingByACatalogue(t *testing.T) { inVirtualTime(t, judgingByACatalogue) }

func judgingByACatalogue(t *testing.T) {
	mutants := reference.Mutants()
	refuses := mutants[slices.IndexFunc(mutants, func(m reference.Mutant) bool { return m.Name == "fails-on-neighbours" })]
	for _, c := range []struct {
		when   string
		mutant reference.Mutant
		want   judge.Status
	}{
		{"", reference.Mutant{}, Passed},
		{"", refuses, Warned},
		{"2026-01-01", reference.Mutant{}, NotApplicable},
	} {
		o := judgedByCatalogue(t, ownCatalogue(t, c.when), c.mutant)
		if o.Status != c.want {
			t.Errorf("as of %q %q is %s, want %s: %s", c.when, c.mutant.Name, o.Status, c.want, said(o))
		}
	}
}

func judgedByCatalogue(t *testing.T, c *schemas.Catalogue, m reference.Mutant) Outcome {
	t.Helper()
	n := newNetwork()
	platform, err := mockplatform.New(mockplatform.Options{Dial: n.dial, Listen: n.listen, Catalogue: c})
	if err != nil {
		t.Fatal(err)
	}
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	o := platform.Options()
	config := reference.Config{
		AppSecret: o.AppSecret, VerifyToken: o.VerifyToken, PageToken: o.PageToken, Accounts: []string{o.PageID, o.InstagramID()},
		GraphURL: platform.GraphURL(), ReceiptsURL: platform.ReceiptsURL(), Grace: time.Millisecond, Dial: n.dial, Listen: n.listen,
	}
	receiver := reference.NewMutant(config)
	if m.Name != "" {
		receiver = reference.NewMutant(config, m)
	}
	server, err := reference.Listen("127.0.0.1:0", receiver)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	return judged(t, Env{Select: []string{ofTheVote}, Env: judge.Env{Platform: platform, URL: server.URL(), Features: plainFeatures(), Catalogue: c}})[0]
}
