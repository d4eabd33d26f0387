package schemas_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

const referralFile = "meta/common.schema.json"

// withMember is the text of the schema of referrals with one more member.
func withMember(t *testing.T, c *schemas.Catalogue, name string) []byte {
	t.Helper()
	text, err := c.SchemaFile(referralFile)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.Replace(string(text), `"ad_id"`, fmt.Sprintf(`%q:{"type":"string"},"ad_id"`, name), 1))
}

func own(id, since string) schemas.Variant {
	v, _ := schemas.ByID("referral.shortlink")
	v.ID, v.Since, v.Until = id, since, ""
	return v
}

func referralWith(member string) []byte {
	return []byte(`{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"referral":{"ref":"r","source":"SHORTLINK","type":"OPEN_THREAD",` + member + `}}`)
}

// What is added to a catalogue is in it, in all that it does, and in no other one.
func TestAdditions(t *testing.T) {
	change := schemas.Change{Date: "2026-09", Field: "messaging_referrals", Change: "The member click appears.", Source: "a capture", Adds: []string{referralFile + "#/$defs/referral/properties/click"}}
	ever, err := schemas.Everything().With(schemas.Additions{
		Variants: []schemas.Variant{own("referral.ours", "2026-09"), own("referral.old", "")},
		Files:    map[string][]byte{referralFile: withMember(t, schemas.Everything(), "click")},
		Changes:  []schemas.Change{change},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := schemas.ByID("referral.ours"); ok {
		t.Error("it is in the embedded catalogue")
	}
	body := referralWith(`"click":"c"`)
	if err := ever.Validate("event", body); err != nil {
		t.Error(err)
	}
	if schemas.Validate("event", body) == nil {
		t.Error("the embedded schemas take the member")
	}
	if !slices.ContainsFunc(ever.History(), func(c schemas.Change) bool { return c.Change == change.Change }) {
		t.Error("the history does not have the change")
	}
	ids := []string{}
	for _, v := range ever.All() {
		ids = append(ids, v.ID)
	}
	if !slices.IsSorted(ids) || len(ids) != len(schemas.All())+2 {
		t.Errorf("%d variants, in order: %t", len(ids), slices.IsSorted(ids))
	}

	on := func(day string) *schemas.Catalogue {
		base := asOf(t, day)
		c, err := base.With(schemas.Additions{
			Variants: []schemas.Variant{own("referral.ours", "2026-09"), own("referral.old", "")},
			Files:    map[string][]byte{referralFile: withMember(t, base, "click")},
			Changes:  []schemas.Change{change}, Ever: ever,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before, after := on("2026-08-31"), on("2026-09-01")
	for _, c := range []struct {
		catalogue *schemas.Catalogue
		has       bool
	}{{before, false}, {after, true}} {
		if _, ok := c.catalogue.ByID("referral.ours"); ok != c.has {
			t.Errorf("%s: the variant is there: %t", c.catalogue.Day(), ok)
		}
		if _, ok := c.catalogue.ByID("referral.old"); !ok {
			t.Errorf("%s: the variant of no known day is not there", c.catalogue.Day())
		}
		if err := c.catalogue.Validate("event", body); (err == nil) != c.has {
			t.Errorf("%s: %v", c.catalogue.Day(), err)
		}
		if c.catalogue.Ever() != ever {
			t.Errorf("%s: another catalogue of all days", c.catalogue.Day())
		}
	}
	compared, err := schemas.Compare(before, after)
	if err != nil || !slices.Contains(compared.Came, "referral.ours") || len(compared.Changes) != 1 {
		t.Errorf("%+v %v", compared, err)
	}
}

func TestAdditionsAreRefused(t *testing.T) {
	change := func(place string) []schemas.Change {
		return []schemas.Change{{Date: "2026", Field: "f", Change: "It came.", Source: "s", Adds: []string{place}}}
	}
	for name, c := range map[string]struct {
		additions schemas.Additions
		want      string
	}{
		"an id that is there":   {schemas.Additions{Variants: []schemas.Variant{own("referral.ads", "")}}, "there is a variant referral.ads already"},
		"an id twice":           {schemas.Additions{Variants: []schemas.Variant{own("a.b", ""), own("a.b", "")}}, "there is a variant a.b already"},
		"a text that is none":   {schemas.Additions{Files: map[string][]byte{"meta/event.schema.json": []byte(`{`)}}, "meta/"},
		"a schema that is none": {schemas.Additions{Files: map[string][]byte{"meta/event.schema.json": []byte(`{"type":"text"}`)}}, "meta/"},
		"a place of no file":    {schemas.Additions{Changes: change("meta/x.json#/a")}, `there is no schema file "meta/x.json"`},
		"a place that is not":   {schemas.Additions{Changes: change(referralFile + "#/$defs/none")}, "has no /$defs/none"},
		"a place without one":   {schemas.Additions{Changes: change(referralFile)}, "names no place"},
	} {
		if _, err := schemas.Everything().With(c.additions); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestParseChanges(t *testing.T) {
	good := `{"date": "2026-09", "field": "f", "change": "It came.", "source": "s"}`
	for text, want := range map[string]string{
		`{}`:              "it has to be a list of changes",
		`[` + good + `, `: "line 1",
		`[{"date": "2026-09", "field": "f", "change": "It came."}]`:                              "/0: a change has a date",
		`[` + good + `, {"date": "May", "field": "f", "change": "It came.", "source": "s"}]`:     `/1: "May" is no date`,
		`[{"date": "2026", "field": "f", "change": "It came.", "source": "s", "add": ["x#/y"]}]`: `unknown field "add"`,
	} {
		if _, err := schemas.ParseChanges([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if changes, err := schemas.ParseChanges([]byte(`[` + good + `]`)); err != nil || len(changes) != 1 {
		t.Errorf("%v %v", changes, err)
	}
}

// The example of every variant is what its schema takes.
func TestExamples(t *testing.T) {
	for _, v := range schemas.All() {
		event, err := v.Example()
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
		} else if err := schemas.Validate(v.Schema, event); err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
	}
	for template, want := range map[string]string{
		`{"a":[0,{"r~f":"x{{nope}}"}]}`: "/a/1/r~0f: there is no placeholder {{nope}}; there are ad_id,",
		`{"{{nope}}":1}`:                "/{{nope}}: in the name: there is no placeholder",
		`{"ref":"{{ref"}`:               "/ref: the placeholder {{ref has no }}",
	} {
		v := schemas.Variant{Event: json.RawMessage(template)}
		if _, err := v.Example(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", template, err, want)
		}
	}
}

func TestPlacesOfValues(t *testing.T) {
	for _, c := range []struct{ object, member string }{{"attachments/-", "type"}, {"referral", "source"}, {"referral", "type"}, {"", "status"}} {
		if places := schemas.Everything().PlacesOfValues(c.object, c.member); len(places) == 0 {
			t.Errorf("nothing lists the values of %s in %s", c.member, c.object)
		}
	}
	if places := schemas.Everything().PlacesOfValues("referral", "ref"); len(places) > 0 {
		t.Errorf("a free text has values at %v", places)
	}
}

// A part that many have in common is named together with who refers to it.
func TestReferrer(t *testing.T) {
	r, err := schemas.Read([]byte(`{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"referral":{"ad_id":7,"source":"ADS","type":"OPEN_THREAD","ref":[]}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range r.Problems {
		got[p.Pointer[strings.LastIndexByte(p.Pointer, '/'):]] = p.Referrer
	}
	want := map[string]string{"/ad_id": referralFile + "#/$defs/referral/properties/ad_id", "/ref": ""}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
