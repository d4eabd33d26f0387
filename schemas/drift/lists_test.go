package drift_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

func ids(r drift.Report) []string {
	var all []string
	for _, i := range r.Items {
		all = append(all, i.ID)
	}
	return all
}

// A difference has the same name in every report, whatever else there is.
func TestIDs(t *testing.T) {
	message := func(members string) string {
		return strings.Replace(referral(plain), `"referral":{`+plain+`}`, `"message":{`+members+`}`, 1)
	}
	for _, c := range []struct{ body, want string }{
		{referral(plain + `,"x":1`), "new-member:page.referral:/referral/x"},
		{strings.Replace(referral(plain+`,"x":1`), `"page"`, `"instagram"`, 1), "new-member:instagram.referral:/referral/x"},
		{referral(`"type":"` + strings.Repeat("N", 70) + `"`), "new-value:page.referral:/referral/type=" + strings.Repeat("N", 64) + "…"},
		{message(`"mid":"m","attachments":[{"type":"image"},{"type":"hologram"}]`), "new-value:page.message:/message/attachments/-/type=hologram"},
		{referral(`"ref":7,"source":"ADS"`), "changed-type:page.referral:/referral/ref=number"},
		{message(`"text":"x"`), "vanished-member:page.message:/message/mid"},
		{message(`"mid":""`), "changed-form:page.message:/message/mid"},
		{strings.Replace(referral(plain), `"referral"`, `"call"`, 1), "new-event-kind:page.call:/call"},
		{strings.Replace(referral(plain), `"time":`, `"via":"x","time":`, 1), "new-member:delivery:/entry/-/via"},
		{"{", "not-json:delivery"},
	} {
		if got := ids(collect(c.body)); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", c.body, got, c.want)
		}
	}
	was := profile(referral(plain))
	if got := ids(profile(referral(`"ref":7,"source":"ADS","type":"OPEN_THREAD","x":1`)).Compare(was)); !slices.Equal(got, []string{
		"changed-type:page.referral:/referral/ref=number", "new-value:page.referral:/referral/source=ADS", "new-member:page.referral:/referral/x",
	}) {
		t.Errorf("against earlier samples: %q", got)
	}
}

func TestAcceptances(t *testing.T) {
	r := collect(referral(plain+`,"x":1,"y":1`), referral(plain+`,"z":1`))
	accepted, err := drift.ParseAcceptances([]byte(`[
		{"id": "new-member:page.referral:/referral/x", "reason": "the model takes it", "expires": "2026-12-01"},
		{"id": "new-member:page.referral:/referral/y", "reason": "until the release", "expires": "2026-11-26"},
		{"id": "new-value:*", "reason": "no switch on it"}]`))
	if err != nil {
		t.Fatal(err)
	}
	rest, gone := r.Without(accepted, "2026-11-26")
	if got := ids(rest); !slices.Equal(got, []string{"new-member:page.referral:/referral/y", "new-member:page.referral:/referral/z"}) {
		t.Errorf("left is %q", got)
	}
	if a := rest.Items[0].Accepted; a == nil || a.Expires != "2026-11-26" || rest.Items[1].Accepted != nil {
		t.Errorf("%+v", rest.Items)
	}
	if len(rest.Accepted) != 1 || rest.Accepted[0].Reason != "the model takes it" || rest.Accepted[0].Expires != "2026-12-01" {
		t.Errorf("accepted is %+v", rest.Accepted)
	}
	if len(gone) != 1 || gone[0].ID != "new-value:*" {
		t.Errorf("gone is %+v", gone)
	}
	if before, _ := r.Without(accepted, "2026-11-25"); len(before.Items) != 1 {
		t.Errorf("a day before, left is %q", ids(before))
	}
}

func TestAcceptancesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{`:             "line 1, column 2",
		`"x"`:           "it is neither what `referee drift --format json` prints nor a list",
		`{"drifts": 1}`: "it is neither what `referee drift --format json` prints nor a list",
		"[\n  {\"id\": \"a\", \"reason\": \"b\"},\n  {\"id\": \"c\"}\n]": `line 3, column 3: /1: "c" has no reason`,
		`[{"id": "a", "reason": " "}]`:                                   `"a" has no reason`,
		`[{"id": "*", "reason": "b"}]`:                                   "id has to name a difference",
		`[{"reason": "b"}]`:                                              "id has to name a difference",
		`[{"id": "a", "reason": "b", "expires": "soon"}]`:                `"a" expires on "soon", which is no day`,
		`[{"id": "a", "reason": "b", "expires": "2026-02-30"}]`:          `which is no day`,
		`[{"id": "a", "reason": "b", "until": "2026-02-20"}]`:            `unknown field "until"`,
		`[{"id": "a", "reason": "b"}, {"id": "a", "reason": "c"}]`:       `line 1, column 30: /1: "a" is accepted twice`,
		`["a"]`: "line 1, column 2: /0: ",
	} {
		if _, err := drift.ParseAcceptances([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestSeverity(t *testing.T) {
	r := collect(referral(plain+`,"x":1,"y":1`), referral(`"ref":7,"source":"ADS"`))
	severity, err := drift.ParseSeverity([]byte(`{
	"new-member:*": "breaking", "new-member:page.referral:/referral/x": "risky",
	"new-member:page.*": "breaking", "changed-type:*": "harmless", "new-value:*": "risky"}`))
	if err != nil {
		t.Fatal(err)
	}
	judged, unmet := r.As(severity)
	var got []string
	for _, i := range judged.Items {
		got = append(got, fmt.Sprintf("%s %s", i.Class, i.Pointer))
	}
	if !slices.Equal(got, []string{"breaking /referral/y", "risky /referral/x", "harmless /referral/ref"}) {
		t.Errorf("got %q", got)
	}
	if len(unmet) != 1 || unmet[0].ID != "new-value:*" || unmet[0].Where != "line 3, column 65" {
		t.Errorf("about nothing is %+v", unmet)
	}
	if r.Items[0].Class != drift.Breaking || r.Items[0].Pointer != "/referral/ref" {
		t.Error("the report itself has changed")
	}
}

func TestSeverityIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": "risky",}`:                 "line 1, column 15",
		`[]`:                              "it has to be an object such as",
		"{\n  \"a\": \"ignore\"\n}":       `line 2, column 3: "a" has the class "ignore"; there are harmless, risky and breaking`,
		`{"a": 3}`:                        `line 1, column 2: "a" has the class 3`,
		`{"*": "risky"}`:                  "line 1, column 2: a class is for a difference",
		`{"a": "risky", "a": "harmless"}`: `line 1, column 16: "a" is there twice`,
	} {
		if _, err := drift.ParseSeverity([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A new kind of event is one in standby too.
func TestSuggestForStandby(t *testing.T) {
	body := strings.NewReplacer(`"referral"`, `"call"`, `"messaging"`, `"standby"`).Replace(referral(plain))
	s, err := drift.Suggest(schemas.Everything(), collect(body).Items)
	if err != nil || len(s.Left)+len(s.Unfit) != 0 || len(s.Variants) != 1 || s.Variants[0].Form != schemas.FormStandby {
		t.Errorf("%+v %v", s, err)
	}
}

// What stands in an entry in a form of its own becomes a variant of that form.
func TestSuggestInEveryForm(t *testing.T) {
	for form, body := range map[schemas.Form]string{
		schemas.FormCalls:   `{"object":"page","entry":[{"id":"1","time":1,"calls":[{"id":"c","event":"terminate","timestamp":1458692752,"status":"Lost"}]}]}`,
		schemas.FormEntry:   `{"object":"page","entry":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752,"call_permission_reply":{"response":"later"}}]}`,
		schemas.FormChanges: `{"object":"page","entry":[{"id":"1","time":1458692752,"changes":[{"field":"leadgen","value":{"ad_id":0,"form_id":1,"leadgen_id":1,"created_time":1,"page_id":1,"adgroup_id":"x"}}]}]}`,
		schemas.FormValue:   `{"field":"messages","value":{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"message":{"mid":"m","text":"t","zap":[]}}}`,
	} {
		found := collect(body)
		s, err := drift.Suggest(schemas.Everything(), found.Items)
		if err != nil || len(found.Items) == 0 || len(s.Left)+len(s.Unfit) != 0 || len(s.Variants) != len(found.Items) || s.Variants[0].Form != form {
			t.Errorf("%s: %+v of %+v %v", form, s, found.Items, err)
		}
	}
}

// A list that entries did not have, an entry that is an event itself, an object that
// nobody knew and a value that another object had close the loop: a catalogue with what is suggested takes them for known, as
// variants that are wrapped as they came.
func TestSuggestOfNewForms(t *testing.T) {
	for _, c := range []struct {
		name, body string
		items      []string
		variants   []string // with form and object
		event      string   // of the first
	}{
		{
			"a list", `{"object":"page","entry":[{"id":"1","time":1458692752,"orders":[{"id":"o1","recipient":{"id":"1"},"sender":{"id":"2"},"timestamp":1458692752,"state":"paid"}]}]}`,
			[]string{"new-event-kind:page.orders:/orders"},
			[]string{"orders.new-event-kind-orders orders page"},
			`{"id":"o1","recipient":{"id":"{{page_id}}"},"sender":{"id":"{{psid}}"},"state":"paid","timestamp":"{{timestamp_s}}"}`,
		},
		{
			"a list on Instagram, twice in one entry", `{"object":"instagram","entry":[{"id":"1","time":1458692752,"orders":[{"id":"o1","recipient":{"id":"1"}},{"id":"o2","by":{"id":"3"}}]}]}`,
			[]string{"new-event-kind:instagram.orders:/orders"},
			[]string{"orders.new-event-kind-orders-instagram orders instagram"},
			`{"id":"o1","recipient":{"id":"{{instagram_id}}"}}`,
		},
		{
			"an entry that is an event", `{"object":"page","entry":[{"id":"1","time":1458692752478,"sender":{"id":"2"},"settings":{"icon":"on"}}]}`,
			[]string{"new-event-kind:page.settings:/settings"},
			[]string{"settings.new-event-kind-settings-entry entry page"},
			`{"id":"{{page_id}}","sender":{"id":"{{psid}}"},"settings":{"icon":"on"},"time":"{{timestamp_ms}}"}`,
		},
		{
			"an object", strings.Replace(referral(plain), `"page"`, `"whatsapp"`, 1),
			[]string{"new-value:delivery:/object=whatsapp"},
			[]string{"referral.new-value-object-whatsapp messaging whatsapp"},
			`{"recipient":{"id":"{{page_id}}"},"referral":{"ref":"{{ref}}","source":"SHORTLINK","type":"OPEN_THREAD"},"sender":{"id":"{{psid}}"},"timestamp":"{{timestamp_ms}}"}`,
		},
		{
			"a word that only Instagram had", `{"object":"page","entry":[{"id":"1","time":1458692752500,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"reaction":{"reaction":"laugh","emoji":"x","action":"react","mid":"m_1"}}]}]}`,
			[]string{"new-value:page.reaction:/reaction/reaction=laugh"},
			[]string{"reaction.new-value-reaction-reaction-laugh messaging page"},
			`{"reaction":{"action":"react","emoji":"x","mid":"{{mid}}","reaction":"laugh"},"recipient":{"id":"{{page_id}}"},"sender":{"id":"{{psid}}"},"timestamp":"{{timestamp_ms}}"}`,
		},
		{
			"a sticker on Instagram", `{"object":"instagram","entry":[{"id":"1","time":1458692752500,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"message":{"mid":"m_1","attachments":[{"type":"sticker","payload":{"url":"https://example.com/1"}}]}}]}]}`,
			[]string{"new-value:instagram.message:/message/attachments/-/type=sticker"},
			[]string{"message.new-value-message-attachments-type-instagram-sticker messaging instagram"},
			`{"message":{"attachments":[{"payload":{"url":"https://example.com/1"},"type":"sticker"}],"mid":"{{mid}}"},"recipient":{"id":"{{instagram_id}}"},"sender":{"id":"{{psid}}"},"timestamp":"{{timestamp_ms}}"}`,
		},
		{
			"an object with a new member", strings.Replace(referral(plain+`,"x":1`), `"page"`, `"whatsapp"`, 1),
			[]string{"new-value:delivery:/object=whatsapp", "new-member:whatsapp.referral:/referral/x"},
			[]string{"referral.new-value-object-whatsapp messaging whatsapp", "referral.new-member-referral-x-whatsapp messaging whatsapp"},
			`{"recipient":{"id":"{{page_id}}"},"referral":{"ref":"{{ref}}","source":"SHORTLINK","type":"OPEN_THREAD","x":1},"sender":{"id":"{{psid}}"},"timestamp":"{{timestamp_ms}}"}`,
		},
	} {
		found := collect(c.body)
		if got := ids(found); !slices.Equal(got, c.items) {
			t.Errorf("%s: it is %q", c.name, got)
			continue
		}
		s, err := drift.Suggest(schemas.Everything(), found.Items)
		if err != nil || len(s.Left)+len(s.Unfit) != 0 {
			t.Errorf("%s: %+v %v", c.name, s, err)
			continue
		}
		var got []string
		for _, v := range s.Variants {
			got = append(got, v.ID+" "+string(v.Form)+" "+v.Object)
		}
		if !slices.Equal(got, c.variants) || string(s.Variants[0].Event) != c.event {
			t.Errorf("%s: %q, %s", c.name, got, s.Variants[0].Event)
		}
		files := map[string][]byte{}
		for file, operations := range s.Patches {
			text, err := schemas.SchemaFile(file)
			for _, o := range operations {
				if err == nil {
					text, err = o.Apply(text)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			files[file] = text
		}
		more, err := schemas.Everything().With(schemas.Additions{Variants: s.Variants, Files: files})
		if err != nil {
			t.Fatal(err)
		}
		after := drift.NewCollector(more)
		after.Add(sample(0, c.body))
		if left := after.Report(); len(left.Items) != 0 {
			t.Errorf("%s: a catalogue with it finds %+v", c.name, left.Items)
		}
		r, err := more.Read([]byte(c.body))
		if err != nil || len(r.Events) == 0 || !slices.Contains(r.Events[0].Variants, s.Variants[0].ID) {
			t.Errorf("%s: it is read as %+v %v", c.name, r, err)
		}
	}
}

// What no patch can mend is named, and no variant is made of it.
func TestSuggestLeaves(t *testing.T) {
	nothing := strings.Replace(referral(plain), `,"referral":{`+plain+`}`, "", 1)
	s, err := drift.Suggest(schemas.Everything(), collect("{", nothing).Items)
	if err != nil || len(s.Left) != 2 || len(s.Variants)+len(s.Patches)+len(s.Unfit) != 0 {
		t.Errorf("%+v %v", s, err)
	}
}

// Two values at one place are two variants, and the names of both differ.
func TestSuggestNames(t *testing.T) {
	s, err := drift.Suggest(schemas.Everything(), collect(referral(`"source":"ADS","type":"NEW_ONE"`), referral(`"source":"ADS","type":"new-one"`)).Items)
	if err != nil || len(s.Variants) != 2 || s.Variants[0].ID == s.Variants[1].ID {
		t.Errorf("%+v %v", s, err)
	}
}

// An instant in a form of its own is what a variant with it is about.
func TestSuggestKeepsNewForms(t *testing.T) {
	s, err := drift.Suggest(schemas.Everything(), collect(strings.Replace(referral(plain), "1458692752478", `"2026-11-26T12:00:00Z"`, 1)).Items)
	if err != nil || len(s.Variants) != 1 || !strings.Contains(string(s.Variants[0].Event), `"2026-11-26T12:00:00Z"`) {
		t.Errorf("%+v %v", s, err)
	}
}
