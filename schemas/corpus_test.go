package schemas_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// corpusEntry is a payload from outside the catalogue: made from a public
// source, with that source, and with how strong it is.
type corpusEntry struct {
	Name string
	// Evidence is C for captured payloads, O for official pages, T for fixtures,
	// S for the source of a library, and I for texts of issues.
	Evidence string
	Source   string
	// Date is the day of a captured payload.
	Date string
	// Variant is the one that it has to be recognised as; Nearest the one that has to
	// be named where none has its shape. Without either it is known by its format alone.
	Variant, Nearest string
	Body             json.RawMessage
}

func corpus(t testing.TB) []corpusEntry {
	t.Helper()
	text, err := os.ReadFile("testdata/corpus/payloads.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var all []corpusEntry
	for line := range bytes.Lines(text) {
		var e corpusEntry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("line %d: %v", len(all)+1, err)
		}
		all = append(all, e)
	}
	return all
}

// Every payload that public sources show is recognised, and valid; one that was
// captured is valid as of its own day.
func TestCorpusIsRecognised(t *testing.T) {
	captured := 0
	for _, e := range corpus(t) {
		if e.Nearest != "" {
			continue
		}
		catalogues := []*schemas.Catalogue{schemas.Everything()}
		if e.Evidence == "C" {
			captured++
			catalogues = append(catalogues, asOf(t, e.Date))
		}
		for _, c := range catalogues {
			r, err := c.Read(e.Body)
			if err != nil {
				t.Errorf("%s: %v", e.Name, err)
				continue
			}
			if len(r.Problems) > 0 || len(r.Novelties) > 0 {
				t.Errorf("%s, as of %q: %v %v", e.Name, c.Day(), r.Problems, r.Novelties)
			}
			if exact, _ := namesOf(r); e.Variant != "" && !slices.Contains(exact, e.Variant) {
				t.Errorf("%s, as of %q: is taken for %v, not for %s", e.Name, c.Day(), exact, e.Variant)
			}
		}
	}
	if captured < 10 {
		t.Errorf("%d captured payloads are not a corpus", captured)
	}
}

// Of the payloads of the corpus 98 % get the name that a person would give them, and
// no difference is never the nearest.
func TestCorpusIsNamed(t *testing.T) {
	all := corpus(t)
	var wrong []string
	for _, e := range all {
		r, err := schemas.Read(e.Body)
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		exact, nearest := namesOf(r)
		if cmp.Or(e.Variant, e.Nearest) == "" {
			continue
		}
		if !slices.Contains(exact, cmp.Or(e.Variant, e.Nearest)) && (e.Nearest == "" || !slices.Contains(nearest, e.Nearest)) {
			wrong = append(wrong, fmt.Sprintf("%s: %v %v, want %s%s", e.Name, exact, nearest, e.Variant, e.Nearest))
		}
		for _, event := range r.Events {
			if event.Nearest != "" && len(event.Differences) == 0 {
				t.Errorf("%s: %s is the nearest, and nothing says why it is not the variant", e.Name, event.Nearest)
			}
		}
	}
	t.Logf("%d of %d payloads have the right name; these have another:\n%s", len(all)-len(wrong), len(all), strings.Join(wrong, "\n"))
	if len(all) < 300 || 100*len(wrong) > 2*len(all) {
		t.Errorf("%d of %d payloads have a wrong name", len(wrong), len(all))
	}
}

// namesOf are the variants whose shape a body or its events have, and the nearest of
// the others.
func namesOf(r schemas.Reading) (exact, nearest []string) {
	exact = slices.Clone(r.Variants)
	for _, event := range r.Events {
		exact = append(exact, event.Variants...)
		nearest = append(nearest, event.Nearest)
	}
	return exact, nearest
}

// caseNames are the names of the cases: where one has a shape of its own, the nearest.
var caseNames = map[string]string{
	"appointment-booking.json":               "message.attachment-appointment",
	"call-permission-reply.json":             "call-permission.approve",
	"checkout-update.json":                   "payment.checkout-update",
	"commands.json":                          "message.commands",
	"delivery-seq.json":                      "delivery.seq",
	"echo-fallback-null-payload.json":        "echo.attachment-fallback",
	"echo-standby-template.json":             "echo.template-media-standby",
	"get-started-mid-ads.json":               "postback.ads-context-without-ref",
	"get-started-referral.json":              "postback.get-started-referral",
	"instagram-comment.json":                 "changes.instagram-comment",
	"instagram-ephemeral.json":               "message.instagram-ephemeral",
	"instagram-message-ads-without-ref.json": "message.instagram-referral-ads-without-ref",
	"instagram-story-mention.json":           "message.instagram-story-mention",
	"instagram-unreact.json":                 "reaction.instagram-unreact",
	"like-2019.json":                         "message.sticker-id-twice",
	"like-sticker-id.json":                   "message.sticker-id-twice",
	"message-ads-flow-id.json":               "message.referral-ads-flow",
	"optin-stop.json":                        "optin.stop",
	"payment.json":                           "payment.stripe",
	"policy-unblock.json":                    "policy.unblock",
	"pre-checkout.json":                      "payment.pre-checkout",
	"prior-message-postback.json":            "postback.prior-message",
	"prior-message-text.json":                "message.prior-message-customer-matching",
	"read-seq.json":                          "read.seq",
	"response-feedback-bad.json":             "response-feedback.bad",
	"take-thread-control-null.json":          "handover.take-from-nobody",
}

// The payloads of public reports that lie beside the project are valid on the day that
// their index tells, and get their names.
func TestCases(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "cases")
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the cases are not beside the project: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var index []struct {
		File string
		Day  string `json:"valid_as_of"`
	}
	if err := json.Unmarshal(text, &index); err != nil || len(index) == 0 {
		t.Fatalf("%d cases: %v", len(index), err)
	}
	for _, c := range index {
		if c.Day == "today" {
			c.Day = "2026-11-29"
		}
		body, err := os.ReadFile(filepath.Join(dir, c.File))
		if err != nil {
			t.Fatal(err)
		}
		r, err := asOf(t, c.Day).Read(body)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems)+len(r.Novelties) > 0 {
			t.Errorf("%s is not valid as of %s: %v %v", c.File, c.Day, r.Problems, r.Novelties)
		}
		exact, nearest := namesOf(r)
		if want, ok := caseNames[c.File]; !ok || !slices.Contains(append(exact, nearest...), want) {
			t.Errorf("%s is taken for %v, nearest %v, want %q", c.File, exact, nearest, want)
		}
	}
}
