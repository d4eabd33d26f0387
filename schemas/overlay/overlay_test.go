package overlay_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// folder is a folder with files.
func folder(files map[string]string) fstest.MapFS {
	f := fstest.MapFS{}
	for name, text := range files {
		f[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return f
}

// variant is a variant file with an event of a member more, or none.
func variant(t *testing.T, id, more string, change func(*schemas.Variant)) string {
	t.Helper()
	v, _ := schemas.ByID("referral.shortlink")
	v.ID, v.Since, v.Until = id, "", ""
	v.Event = json.RawMessage(strings.Replace(string(v.Event), `"source"`, more+`"source"`, 1))
	if change != nil {
		change(&v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const (
	common   = "common.schema.patch.json"
	addClick = `[{"op": "add", "path": "/$defs/referral/properties/click", "value": {"type": "string"}}]`
	click    = `"click":"{{ref}}",`
	history  = `[{"date": "2026-09", "field": "messaging_referrals", "change": "click came.", "source": "us", "adds": ["meta/common.schema.json#/$defs/referral/properties/click"]}]`
)

func lay(t *testing.T, files map[string]string, when string) (*schemas.Catalogue, []string, error) {
	t.Helper()
	c, err := schemas.AsOf(when)
	if err != nil {
		t.Fatal(err)
	}
	o, err := overlay.Read(folder(files))
	if err != nil {
		return nil, nil, err
	}
	return o.On(c)
}

func TestOverlay(t *testing.T) {
	files := map[string]string{
		common: addClick, "click.json": variant(t, "referral.click", click, nil), "changes.json": history,
		"README.md": "ours", "below/x.json": "{",
	}
	c, notes, err := lay(t, files, "")
	if err != nil || len(notes) > 0 {
		t.Fatal(notes, err)
	}
	v, ok := c.ByID("referral.click")
	if !ok {
		t.Fatal("the variant is not there")
	}
	event, err := v.Example()
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":"1","time":1458692752500,"messaging":[%s]}]}`, event)
	r, err := c.Read([]byte(body))
	if err != nil || len(r.Problems) > 0 || fmt.Sprint(r.Events[0].Variants) != "[referral.click]" {
		t.Errorf("%+v %v", r, err)
	}
}

// What stands in an entry in another form than most is held to the envelope too.
func TestFits(t *testing.T) {
	forms := map[schemas.Form]bool{}
	for _, v := range schemas.All() {
		forms[v.Form] = true
		if err := overlay.Fits(schemas.Everything(), v); err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
	}
	if len(forms) < 6 {
		t.Errorf("there are but %d forms", len(forms))
	}
}

// Every problem names its file, where in it, and what to do.
func TestWhatIsRefused(t *testing.T) {
	patch := func(op string) map[string]string { return map[string]string{common: "[" + op + "]"} }
	file := func(text string) map[string]string { return map[string]string{"x.json": text} }
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"nothing", map[string]string{"README.md": "ours"}, []string{"there is nothing of a catalogue"}},
		{"no JSON", file("{\n  ]"), []string{"x.json: ", "line 2, column 3"}},
		{"a list", file("[]"), []string{"x.json: it is no variant"}},
		{"no such member", file(`{"id": "a.b", "colour": "red"}`), []string{"x.json: it is no variant", "/colour: is an unknown member"}},
		{"an id of the catalogue", file(variant(t, "referral.ads", "", nil)), []string{"x.json: /id: the catalogue has a variant referral.ads already; delete yours"}},
		{"an id twice", map[string]string{"a.json": variant(t, "a.b", "", nil), "b.json": variant(t, "a.b", "", nil)}, []string{"b.json: /id: a.json has the id a.b too"}},
		{"an unknown placeholder", file(variant(t, "a.b", `"ref":"{{nope}}",`, nil)), []string{"x.json: /event/referral/ref: there is no placeholder {{nope}}; there are"}},
		{"a control character", file(variant(t, "a.b", "", func(v *schemas.Variant) { v.Title = "a\x1b[2J" })), []string{"x.json: /title: there is a control character"}},
		{"an event of no schema", file(variant(t, "a.b", click, nil)), []string{"x.json: /event/referral/click: is an unknown member", "patch the schema"}},
		{"a schema that is none", file(variant(t, "a.b", "", func(v *schemas.Variant) { v.Schema = "event.none" })), []string{`x.json: /schema: there is no schema "event.none"`}},
		{"a form that does not fit", file(variant(t, "a.b", "", func(v *schemas.Variant) { v.Form = schemas.FormStandby })), []string{"x.json: /event: must have one of message", "in the form standby"}},
		{"a patch of nothing known", map[string]string{"evnt.schema.patch.json": addClick}, []string{"evnt.schema.patch.json: it would patch meta/evnt.schema.json, which is no schema of what Meta sends; there are"}},
		{"a patch of a call", map[string]string{"send.request.schema.patch.json": addClick}, []string{"which is no schema of what Meta sends"}},
		{"a patch that is none", map[string]string{common: `{}`}, []string{common + ": it has to be a JSON Patch"}},
		{"an empty patch", map[string]string{common: `[]`}, []string{common + ": it has to be a JSON Patch"}},
		{"no such operation", patch(`{"op": "put", "path": "/x", "value": 1}`), []string{common + `: /0/op: there is no operation "put"`}},
		{"no pointer", patch(`{"op": "add", "path": "x", "value": 1}`), []string{common + `: /0/path: "x" is no JSON Pointer`}},
		{"no value", patch(`{"op": "add", "path": "/x"}`), []string{common + ": /0/value: add needs one"}},
		{"no from", patch(`{"op": "move", "path": "/x"}`), []string{common + ": /0/from: "}},
		{"a misspelt member", patch(`{"op": "add", "path": "/x", "valeu": 1}`), []string{common + `: /0: json: unknown field "valeu"`}},
		{"a place that is not", patch(`{"op": "add", "path": "/$defs/none/properties/x", "value": {}}`), []string{common + ": /0: add /$defs/none/properties/x does not fit meta/common.schema.json: there is no such place", "take it out"}},
		{"a test that fails", patch(`{"op": "test", "path": "/title", "value": "x"}`), []string{common + ": /0: test /title does not fit", "has something else there"}},
		{"a schema no more", patch(`{"op": "add", "path": "/$defs/referral/properties/click", "value": {"type": "text"}}`), []string{common + ": compile schema"}},
		{"a change of nothing", map[string]string{"changes.json": history}, []string{"changes.json: the change of 2026-09", "has no /$defs/referral/properties/click"}},
		{"a change that is none", map[string]string{"changes.json": `[{}]`}, []string{"changes.json: /0: a change has a date"}},
		{"two problems", map[string]string{"a.json": "{", common: "{"}, []string{"a.json: ", "\n" + common + ": "}},
	} {
		_, _, err := lay(t, c.files, "")
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c.name, err, want)
			}
		}
	}
}

// A day has of the folder what fits it.
func TestOverlayOfADay(t *testing.T) {
	files := map[string]string{
		common:         `[{"op": "add", "path": "/$defs/adsContextData/properties/click", "value": {"type": "string"}}, {"op": "add", "path": "/$defs/referral/properties/ads_context_data/description", "value": "ours"}]`,
		"changes.json": strings.Replace(history, "/$defs/referral/properties/click", "/$defs/adsContextData/properties/click", 1),
		"since.json":   variant(t, "referral.since", `"ads_context_data":{"click":"{{ref}}"},`, func(v *schemas.Variant) { v.Since = "2026-09-15" }),
		"never.json":   variant(t, "referral.never", `"ads_context_data":{"click":"{{ref}}"},`, nil),
	}
	for when, want := range map[string]struct {
		has   []string
		notes []string
	}{
		"":           {[]string{"referral.since", "referral.never"}, nil},
		"2026-09-20": {[]string{"referral.since", "referral.never"}, nil},
		"2026-09-01": {[]string{"referral.never"}, nil},
		"2026-08-31": {nil, []string{`never.json: it does not fit what Meta sent on 2026-08-31, and is left out (/event/referral/ads_context_data/click: is an unknown member`}},
		"2019-01-01": {nil, []string{
			common + ": /1 (add /$defs/referral/properties/ads_context_data/description): it does not fit what Meta sent on 2019-01-01, and is left out",
			"never.json: it does not fit",
		}},
	} {
		c, notes, err := lay(t, files, when)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		var has []string
		for _, id := range []string{"referral.since", "referral.never"} {
			if _, ok := c.ByID(id); ok {
				has = append(has, id)
			}
			if _, ok := c.Ever().ByID(id); !ok {
				t.Errorf("%s: the catalogue of all days lacks %s", when, id)
			}
		}
		if fmt.Sprint(has) != fmt.Sprint(want.has) || len(notes) != len(want.notes) {
			t.Errorf("%s: has %v and the notes %q", when, has, notes)
			continue
		}
		for n, note := range notes {
			if !strings.HasPrefix(note, want.notes[n]) {
				t.Errorf("%s: %q, want %q", when, note, want.notes[n])
			}
		}
	}
}

// A step is left out that guards, and what it guards, where it does not fit a day.
func TestGuardedStepsOfADay(t *testing.T) {
	files := map[string]string{common: `[
		{"op": "test", "path": "/$defs/referral/properties/ads_context_data/$ref", "value": "#/$defs/adsContextData"},
		{"op": "remove", "path": "/title"}]`}
	c, notes, err := lay(t, files, "2019-01-01")
	if err != nil || len(notes) != 2 {
		t.Fatal(notes, err)
	}
	if text, err := c.SchemaFile("meta/common.schema.json"); err != nil || !strings.Contains(string(text), `"title"`) {
		t.Errorf("what was guarded is gone: %v", err)
	}
}

// A release that learns of what a team added makes the addition void, and says so.
func TestWhatTheCatalogueHas(t *testing.T) {
	files := map[string]string{common: `[
		{"op": "add", "path": "/$defs/referral/properties/ref", "value": {"type": "integer"}},
		{"op": "add", "path": "/$defs/referral/properties/source/examples/-", "value": "ADS"},
		{"op": "replace", "path": "/$defs/referral/properties/is_guest_user/type", "value": "boolean"}]`}
	c, notes, err := lay(t, files, "")
	if err != nil || len(notes) != 3 {
		t.Fatal(notes, err)
	}
	for n, note := range notes {
		if !strings.HasPrefix(note, fmt.Sprintf("%s: /%d (", common, n)) || !strings.HasSuffix(note, "the catalogue has this already; take the operation out") {
			t.Error(note)
		}
	}
	if err := c.Validate("event", []byte(`{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"referral":{"ref":"r","source":"ADS","type":"OPEN_THREAD"}}`)); err != nil {
		t.Errorf("the addition took the place of what was there: %v", err)
	}
}
