package console_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// loaded is the catalogue that --catalogue makes of a folder with these files.
func loaded(t *testing.T, files ...console.VariantFile) *schemas.Catalogue {
	t.Helper()
	folder := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.Name), []byte(f.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own, err := overlay.Read(os.DirFS(folder))
	if err != nil {
		t.Fatalf("%v in %+v", err, files)
	}
	laid, notes, err := own.On(schemas.Everything())
	if err != nil || len(notes) > 0 {
		t.Fatalf("%v, %q in %+v", err, notes, files)
	}
	return laid
}

// TestSaveAsVariant makes files of what was written and of what was delivered, which the
// loader of --catalogue reads, and another platform sends as somebody else's.
func TestSaveAsVariant(t *testing.T) {
	d := open(t, nil)
	var files []console.VariantFile
	save := func(request string) {
		t.Helper()
		var file console.MadeVariant
		if status := d.call("POST", "api/v1/variants", json.RawMessage(request), &file); status != 200 {
			t.Fatalf("%s: status %d", request, status)
		}
		if len(file.Patches) > 0 || file.Note != "" {
			t.Errorf("%s has patches", file.Name)
		}
		files = append(files, file.VariantFile)
	}
	var preview console.Preview
	d.call("POST", "api/v1/events/preview", json.RawMessage(`{"variant": "referral.ads", "person": "Ada"}`), &preview)
	edited := strings.Replace(preview.Text, `"OPEN_THREAD"`, `"OPEN_THREAD", "ref_of_ours": 120210000000000001`, 1)
	edited = strings.Replace(edited, "Höstrea", "Vårrea", 1)
	edited = strings.Replace(edited, `"ref_of_ours": 120210000000000001`, `"ref": "120210000000000001"`, 1)
	save(`{"id": "referral.ours", "title": "Of ours", "variant": "referral.ads", "event": ` + edited + `}`)
	for id, variant := range map[string]string{"referral.lead-ours": "referral.lead-foreign-entry", "message.ours": "message.text", "feed.ours": "message.instagram-story-reply"} {
		v, _ := schemas.ByID(variant)
		d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "handshake": false}, nil) // of everything
		var sent console.Emitted
		d.call("POST", "api/v1/events", map[string]any{"variant": variant, "person": "Ada"}, &sent)
		save(`{"id": "` + id + `", "exchange": ` + number(sent.Exchange) + `}`)
		laid, _ := loaded(t, files[len(files)-1]).ByID(id)
		if laid.Form != v.Form || laid.Schema != v.Schema || laid.Object != v.Object || laid.Field != v.Field || laid.Title != v.Title {
			t.Errorf("of %s came %+v", variant, laid)
		}
	}

	platform, err := mockplatform.New(mockplatform.Options{Seed: 7, Catalogue: loaded(t, files...)})
	if err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	grace, err := platform.Person("Grace")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := platform.Draft(mockplatform.Emission{Variant: "referral.ours", Person: "Grace"})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(ours.JSON); !strings.Contains(text, grace.PSID) || !strings.Contains(text, `"ref":"120210000000000001"`) || !strings.Contains(text, "Vårrea") || ours.Variant.Title != "Of ours" {
		t.Errorf("Grace's is %s of %+v", text, ours.Variant)
	}
	if ada, _ := d.platform.Person("Ada"); strings.Contains(files[0].Text, ada.PSID) {
		t.Errorf("Ada's id stays in %s", files[0].Text)
	}

	for request, want := range map[string]struct {
		status int
		says   string
	}{
		`{"id": "referral.ads", "variant": "referral.ads", "event": {}}`:                           {422, "already"},
		`{"id": "Referral", "variant": "referral.ads", "event": {}}`:                               {422, "body.id"},
		`{"id": "a.b", "variant": "referral.nothing", "event": {}}`:                                {404, "referral.nothing"},
		`{"id": "a.b", "variant": "referral.ads"}`:                                                 {422, "one of the two"},
		`{"id": "a.b", "exchange": 1}`:                                                             {409, "no delivery"},
		`{"id": "a.b", "exchange": 99999}`:                                                         {404, "exchange 99999"},
		`{"id": "a.b", "variant": "referral.ads", "event": {"a": "{{name}}"}}`:                     {422, "{{name}}"},
		`{"id": "a.b", "title": "a\nb", "variant": "referral.ads", "event": ` + preview.Text + `}`: {422, "/title"},
	} {
		if status, answer := d.raw("POST", "api/v1/variants", []byte(request), nil); status != want.status || !strings.Contains(string(answer), want.says) {
			t.Errorf("%s: %d %s", request, status, answer)
		}
	}
}

// TestSaveWhatNoSchemaKnows: what Meta's schemas refuse is saved with the patches that let
// a catalogue have it, and where there is none it is said what is wrong, with a command.
func TestSaveWhatNoSchemaKnows(t *testing.T) {
	d := open(t, nil)
	var preview console.Preview
	for variant, change := range map[string]struct{ from, to, note string }{
		"referral.ads":    {`"OPEN_THREAD"`, `"OPEN_THREAD", "ref_of_ours": 120210000000000001`, "/event/referral/ref_of_ours: is an unknown member"},
		"postback.button": {`"postback": {`, `"postback": {"pressed": {"at": 1.5},`, "/event/postback/pressed: is an unknown member"},
		"message.text":    {`"text": "`, `"written_with": ["pen"], "text": "`, "/event/message/written_with: is an unknown member"},
		"read.watermark":  {`"read": {`, `"looked": {"watermark": 1}, "was": {`, "/event"},
	} {
		d.call("POST", "api/v1/events/preview", map[string]string{"variant": variant}, &preview)
		edited := strings.Replace(preview.Text, change.from, change.to, 1)
		var made console.MadeVariant
		if status := d.call("POST", "api/v1/variants", json.RawMessage(`{"id": "kind.ours", "variant": "`+variant+`", "event": `+edited+`}`), &made); status != 200 {
			t.Errorf("%s: status %d", variant, status)
			continue
		}
		if len(made.Patches) == 0 || !strings.Contains(made.Note, change.note) {
			t.Errorf("%s: %d patches, %q", variant, len(made.Patches), made.Note)
			continue
		}
		if _, known := loaded(t, append(made.Patches, made.VariantFile)...).ByID("kind.ours"); !known {
			t.Errorf("%s: the catalogue does not have it", variant)
		}
	}
	status, answer := d.raw("POST", "api/v1/variants", []byte(`{"id": "kind.ours", "variant": "message.text", "event": {"sender": "it's me"}}`), nil)
	var problem struct{ Detail, Command string }
	if err := json.Unmarshal(answer, &problem); err != nil || status != 422 || !strings.Contains(problem.Detail, `/event: lacks the member "message"`) || strings.Contains(problem.Detail, "\n") {
		t.Fatalf("what cannot be an event: %d %s", status, answer)
	}
	// Pasted, it says the same.
	folder := t.TempDir()
	shell := exec.Command("sh", "-c", "referee() { printf '%s ' \"$@\"; cat; }; "+problem.Command)
	shell.Dir = folder
	if out, err := shell.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "drift --write ours - {") || !strings.Contains(string(out), `"it's me"`) {
		t.Errorf("pasted: %v %s", err, out)
	}
}
