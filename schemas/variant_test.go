package schemas_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// samples holds, for every placeholder a template may use, a JSON value of its type.
var samples = map[string]string{
	"psid": `"5794982867201265"`, "page_id": `"542998526103632"`, "instagram_id": `"17841402345678901"`, "user_ref": `"a1-b2-c3"`, "guest_id": `"4061718273849506"`,
	"app_id": `2262510160704936`, "mid": `"m_7kq2"`, "ref": `"ref_1"`, "payload": `"PAYLOAD_1"`, "title": `"Title"`, "text": `"Text"`,
	"ad_id": `"6302572858686"`, "post_id": `"559217392549680"`, "product_id": `"5559"`, "flow_id": `"771"`,
	"timestamp_ms": `1458692752478`, "timestamp_s": `1458692752`, "timestamp_ms_text": `"1458692752478"`, "timestamp_s_text": `"1458692752"`,
	"time_ms": `1458692752500`, "time_s": `1458692752`,
}

var (
	wholePlaceholder = regexp.MustCompile(`"\{\{[^{}]*\}\}"`)
	innerPlaceholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)
)

// fill replaces the placeholders of a template by sample values: a whole string
// by the value, a part of a string by the value's text.
func fill(t testing.TB, v schemas.Variant) string {
	t.Helper()
	sample := func(written string) string {
		value, ok := samples[strings.Trim(written, `"{}`)]
		if !ok {
			t.Errorf("%s: unknown placeholder %s", v.ID, written)
		}
		return value
	}
	filled := wholePlaceholder.ReplaceAllStringFunc(string(v.Event), sample)
	return innerPlaceholder.ReplaceAllStringFunc(filled, func(written string) string {
		return strings.Trim(sample(written), `"`)
	})
}

// wrap puts a filled event on the wire in its variant's form, and names the schema of that.
func wrap(t testing.TB, v schemas.Variant, event string) (schema, body string) {
	t.Helper()
	switch v.Form {
	case schemas.FormEntry:
		return "envelope", fmt.Sprintf(`{"object":%q,"entry":[%s]}`, v.Object, event)
	case schemas.FormMessaging, schemas.FormStandby, schemas.FormChanges, schemas.FormCalls:
		return "envelope", fmt.Sprintf(`{"object":%q,"entry":[{"id":"542998526103632","time":1458692752500,%q:[%s]}]}`, v.Object, v.Form, event)
	case schemas.FormValue:
		return "envelope.value", fmt.Sprintf(`{"field":%q,"value":%s}`, v.Field, event)
	case schemas.FormBody:
		return v.Schema, event
	}
	t.Fatalf("%s: unknown form %q", v.ID, v.Form)
	return "", ""
}

func TestVariants(t *testing.T) {
	for _, v := range schemas.All() {
		t.Run(v.ID, func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join("variants", v.ID+".json"))
			if err != nil {
				t.Fatalf("the id must be the file's name: %v", err)
			}
			if err := schemas.Validate("format.variant", file); err != nil {
				t.Error(err)
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if err := schemas.Validate("format.variant", again); err != nil {
				t.Errorf("written again: %v", err)
			}
			if key, found := duplicateKey(t, file); found {
				t.Errorf("the key %q stands twice in one object", key)
			}
			if !slices.Contains([]schemas.Status{schemas.Documented, schemas.Observed, schemas.Retired}, v.Status) {
				t.Errorf("unknown status %q", v.Status)
			}
			if v.Object != "page" && v.Object != "instagram" {
				t.Errorf("unknown object %q", v.Object)
			}
			if !strings.HasPrefix(v.Source.URL, "https://") || v.Source.Quote == "" || v.Title == "" || v.Field == "" || v.Notes == "" {
				t.Error("source, title, field and notes must be complete")
			}
			if v.Object == "instagram" && v.Since == "" {
				t.Error("nothing says since when Instagram sends it")
			}
			if v.Until != "" && v.Since > v.Until {
				t.Errorf("since %q until %q", v.Since, v.Until)
			}
			event := fill(t, v)
			if err := schemas.Validate(v.Schema, []byte(event)); err != nil {
				t.Error(err)
			}
			schema, body := wrap(t, v, event)
			if err := schemas.Validate(schema, []byte(body)); err != nil {
				t.Error(err)
			}
		})
	}
}

// duplicateKey finds a key that one object has twice, which decoding would hide.
func duplicateKey(t *testing.T, doc []byte) (string, bool) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(doc)))
	var value func() (string, bool)
	value = func() (string, bool) {
		token, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		open, ok := token.(json.Delim)
		if !ok {
			return "", false
		}
		seen := map[string]bool{}
		for dec.More() {
			if open == '{' {
				name, err := dec.Token()
				if err != nil {
					t.Fatal(err)
				}
				if seen[name.(string)] {
					return name.(string), true
				}
				seen[name.(string)] = true
			}
			if key, found := value(); found {
				return key, true
			}
		}
		if _, err := dec.Token(); err != nil {
			t.Fatal(err)
		}
		return "", false
	}
	return value()
}

func TestEveryFileIsAVariant(t *testing.T) {
	files, err := filepath.Glob("variants/*")
	if err != nil {
		t.Fatal(err)
	}
	all := schemas.All()
	if len(files) != len(all) {
		t.Errorf("%d files, %d variants", len(files), len(all))
	}
	if len(all) < 150 {
		t.Errorf("only %d variants", len(all))
	}
	if !slices.IsSortedFunc(all, func(a, b schemas.Variant) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("All must be sorted by ID")
	}
}

func TestRequiredVariants(t *testing.T) {
	for id, form := range map[string]schemas.Form{
		"message.text": schemas.FormMessaging, "message.standby": schemas.FormStandby,
		"message.referral-ads": schemas.FormMessaging, "message.referral-product": schemas.FormMessaging,
		"postback.get-started": schemas.FormMessaging, "postback.standby": schemas.FormStandby, "postback.user-ref": schemas.FormValue,
		"referral.shortlink": schemas.FormMessaging, "referral.ads": schemas.FormMessaging,
		"referral.lead-complete": schemas.FormMessaging, "referral.lead-incomplete": schemas.FormMessaging,
		"handover.hop-context": schemas.FormBody, "changes.leadgen": schemas.FormChanges, "test.curl": schemas.FormBody,
	} {
		v, ok := schemas.ByID(id)
		if !ok {
			t.Errorf("there is no %s", id)
		} else if v.Form != form {
			t.Errorf("%s has the form %s, want %s", id, v.Form, form)
		}
	}
	if _, ok := schemas.ByID("referral.teleport"); ok {
		t.Error("there must be no referral.teleport")
	}
}

// A run learns from these three what a receiver answers, so they must be the
// plainest events of their kinds.
func TestCalibrationVariantsArePlain(t *testing.T) {
	for id, want := range map[string]string{
		"message.text":         `"message":{"mid":"{{mid}}","text":"{{text}}"}`,
		"postback.get-started": `"postback":{"title":"{{title}}","payload":"{{payload}}"}`,
		"referral.shortlink":   `"referral":{"ref":"{{ref}}","source":"SHORTLINK","type":"OPEN_THREAD"}`,
	} {
		v, _ := schemas.ByID(id)
		got := strings.Join(strings.Fields(string(v.Event)), "")
		whole := `{"sender":{"id":"{{psid}}"},"recipient":{"id":"{{page_id}}"},"timestamp":"{{timestamp_ms}}",` + want + `}`
		if got != whole {
			t.Errorf("%s is %s, want %s", id, got, whole)
		}
	}
}

func TestAdsHasEveryMemberOfTheContext(t *testing.T) {
	v, _ := schemas.ByID("referral.ads")
	for _, member := range []string{"ad_title", "photo_url", "video_url", "post_id", "product_id", "flow_id"} {
		if !strings.Contains(string(v.Event), `"`+member+`"`) {
			t.Errorf("ads_context_data lacks %s", member)
		}
	}
	for _, needsEscape := range []string{"ö", "%", "@", "<", "/", "🎉"} {
		if !strings.Contains(string(v.Event), needsEscape) {
			t.Errorf("nothing in referral.ads has %q, which the wire writes in its own way", needsEscape)
		}
	}
}

func TestCallersOwnWhatTheyGet(t *testing.T) {
	before, _ := schemas.ByID("message.text")
	for _, v := range schemas.All() {
		clear(v.Event)
	}
	after, _ := schemas.ByID("message.text")
	if string(before.Event) != string(after.Event) {
		t.Error("writing into a variant changed the catalogue")
	}
}

// TestQuotesAreExact holds the quotes to testdata/quotes.txt, the checksums of those that
// somebody has looked up on their pages: a quote that was changed has to be looked up
// again. It looks them up in the collected material where that is beside the project.
func TestQuotesAreExact(t *testing.T) {
	list, err := os.ReadFile("testdata/quotes.txt")
	if err != nil {
		t.Fatal(err)
	}
	lookedUp := map[string]bool{} // false: nothing has this quote
	for line := range strings.Lines(string(list)) {
		lookedUp[strings.TrimSpace(line)] = false
	}
	for _, v := range schemas.All() {
		sum := sha256.Sum256([]byte(oneLine(v.Source.Quote)))
		line := fmt.Sprintf("%x %s", sum[:8], v.Source.URL)
		if _, ok := lookedUp[line]; !ok {
			t.Errorf("%s: has nobody looked this quote up? If it stands there word for word, add this line to testdata/quotes.txt:\n%s", v.ID, line)
		}
		lookedUp[line] = true
	}
	for line, used := range lookedUp {
		if !used {
			t.Errorf("testdata/quotes.txt: no variant has this quote any more: take out the line\n%s", line)
		}
	}

	dir := filepath.Join("..", "..", "shared", "reference")
	var material strings.Builder
	files := []string{"payloads.md", "delivery.md", "2026.md", "seeds/messaging_referrals.txt", "seeds/messaging_postbacks.txt"}
	for i, name := range files {
		files[i] = filepath.Join(dir, name)
	}
	cases, err := filepath.Glob(filepath.Join("..", "..", "shared", "cases", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, cases...) {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			t.Logf("it does without the collected material, which is not beside the project: %v", err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		material.WriteString(oneLine(string(text)) + "\n")
	}
	for _, v := range schemas.All() {
		if !strings.Contains(material.String(), oneLine(v.Source.Quote)) {
			t.Errorf("%s: not in the collected material: %s", v.ID, v.Source.Quote)
		}
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
