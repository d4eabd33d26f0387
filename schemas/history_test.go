package schemas_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// undated are values of which no source says since when Meta sends them: they
// count as there from the start.
var undated = []string{
	// In the first captures of the event, 2016.
	"meta/common.schema.json#/$defs/referral/properties/source/examples/SHORTLINK",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/ADS",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/MESSENGER_CODE",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/DISCOVER_TAB",
	"meta/common.schema.json#/$defs/referral/properties/type/enum/OPEN_THREAD",
	// Spellings of pages that have no date.
	"meta/common.schema.json#/$defs/referral/properties/source/examples/SHORT-URL",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/SHORT_URL",
	"meta/event.optin.schema.json#/properties/optin/properties/source/examples/SHORTLINK",
	"meta/event.optin.schema.json#/properties/optin/properties/type/enum/notification_messages",
	"meta/event.optin.schema.json#/properties/optin/properties/type/enum/one_time_notif_req",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/image",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/audio",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/video",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/file",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/template",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/fallback",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/location",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/share",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/story_mention",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/ephemeral",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/media",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/story",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/ig_story",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/generic",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/button",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/media",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/product",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/receipt",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/coupon",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/customer_feedback",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/payload/properties/template_type/examples/customer_information",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/smile",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/angry",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/sad",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/wow",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/love",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/like",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/dislike",
	"meta/event.reaction.schema.json#/properties/reaction/properties/reaction/examples/other",
	"meta/event.reaction.schema.json#/properties/reaction/properties/action/enum/react",
	"meta/event.reaction.schema.json#/properties/reaction/properties/action/enum/unreact",
	"meta/event.policy-enforcement.schema.json#/$defs/enforcement/properties/action/examples/warning",
	"meta/event.policy-enforcement.schema.json#/$defs/enforcement/properties/action/examples/block",
	"meta/event.policy-enforcement.schema.json#/$defs/enforcement/properties/action/examples/unblock",
	"meta/event.message.schema.json#/properties/message/properties/tags/items/properties/source/examples/customer_chat_plugin",
	"meta/common.schema.json#/$defs/priorMessage/properties/source/examples/checkbox_plugin",
	"meta/common.schema.json#/$defs/priorMessage/properties/source/examples/customer_matching",
}

// unlisted are members of which no source lists the values.
var unlisted = []string{
	"meta/event.optin.schema.json#/properties/optin/properties/source",
	"meta/event.feedback.schema.json#/$defs/question/properties/type",
	"meta/event.feedback.schema.json#/$defs/question/properties/follow_up/properties/type",
}

// closedSets are the members whose values the history has to tell.
var closedSets = []string{"source", "type", "template_type", "reaction", "action"}

// TestNobodyForgetsTheHistory holds every value of a closed set to the history:
// whoever adds one says since when Meta sends it, and on the day before it is a
// novelty.
func TestNobodyForgetsTheHistory(t *testing.T) {
	dated := map[string]string{}
	for _, change := range schemas.History() {
		for _, place := range change.Adds {
			dated[place] = change.Date
		}
	}
	places := valuesInSchemas(t)
	for _, place := range places {
		date, isDated := dated[place]
		isUndated := slices.Contains(undated, place)
		switch {
		case isDated && isUndated:
			t.Errorf("%s is of %s by schemas/history/changes.json: take it out of undated in schemas/history_test.go", place, date)
		case isDated:
			isNewOn(t, place, date)
		case !isUndated:
			t.Errorf("nothing says since when this is sent: add\n\t%q\nto the \"adds\" of the change that brought it in schemas/history/changes.json or, where no source has the day, to undated in schemas/history_test.go", place)
		}
	}
	for _, place := range undated {
		if !slices.Contains(places, place) {
			t.Errorf("no schema has %s any more: take it out of undated in schemas/history_test.go", place)
		}
	}
}

// ofPages are the changes that no payload shows: pages that print something else, or
// what all apps get instead of one.
var ofPages = []string{"2023-02-06 messaging_postbacks", "2026-02 messaging_postbacks"}

// TestEveryChangeIsNewOnItsDay holds every change to payloads: what it adds is a
// problem, a novelty or an unknown event on the day before, and not on the day; what it
// removes is one on the day, and not on the day before. A change that no schema shows
// has a variant that begins or ends with it.
func TestEveryChangeIsNewOnItsDay(t *testing.T) {
	for _, change := range schemas.History() {
		before := asOf(t, dayBefore(t, change.Date))
		after := asOf(t, change.Date)
		for _, place := range change.Adds {
			if !shows(t, place, before, after) {
				t.Errorf("%s adds %s, and no variant has it as something new on the day before", change.Date, place)
			}
		}
		for _, place := range change.Removes {
			if !shows(t, place, after, before) {
				t.Errorf("%s removes %s, and no variant has it as something unknown from that day on", change.Date, place)
			}
		}
		begins := slices.ContainsFunc(schemas.All(), func(v schemas.Variant) bool {
			return v.Since == change.Date && isFaulty(t, before, v) || v.Until == change.Date && isFaulty(t, after, v)
		})
		if len(change.Adds)+len(change.Removes) == 0 && !begins && !slices.Contains(ofPages, change.Date+" "+change.Field) {
			t.Errorf("the change of %s in %s shows neither by a place in a schema nor by a variant that begins or ends with it: %s", change.Date, change.Field, change.Change)
		}
	}
}

// isFaulty reports whether a catalogue finds something new in a variant.
func isFaulty(t *testing.T, c *schemas.Catalogue, v schemas.Variant) bool {
	t.Helper()
	_, body := wrap(t, v, fill(t, v))
	r, err := c.Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Problems)+len(r.Novelties) > 0
}

// shows reports whether a variant has what is at a place of a schema, so that a
// catalogue without it finds fault there and one with it does not.
func shows(t *testing.T, place string, without, with *schemas.Catalogue) bool {
	t.Helper()
	steps := strings.Split(place, "/")
	member := steps[len(steps)-1]
	if kind := steps[len(steps)-2]; kind == "enum" || kind == "examples" {
		member = steps[len(steps)-3]
	}
	for _, v := range schemas.All() {
		_, body := wrap(t, v, fill(t, v))
		if strings.Contains(body, member) && faultAt(t, without, body, member) && !faultAt(t, with, body, member) {
			return true
		}
	}
	return false
}

// faultAt reports whether a catalogue finds something unknown in a body at a member of
// this name, or an event of this kind that it does not know.
func faultAt(t *testing.T, c *schemas.Catalogue, body, member string) bool {
	t.Helper()
	r, err := c.Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(slices.Concat(r.Problems, r.Novelties), func(p schemas.Problem) bool {
		return strings.HasSuffix(p.Pointer, "/"+member)
	}) || slices.ContainsFunc(r.Events, func(e schemas.EventReading) bool { return !e.Known && e.Kind == member })
}

// isNewOn fails unless the variants with a value begin on the day that brought it,
// and the value is a novelty or a breach on the day before.
func isNewOn(t *testing.T, place, date string) {
	t.Helper()
	_, pointer, _ := strings.Cut(place, "#")
	steps := strings.Split(pointer, "/")
	member, value := steps[len(steps)-3], steps[len(steps)-1]
	before := asOf(t, dayBefore(t, date))
	found := false
	for _, v := range schemas.All() {
		_, body := wrap(t, v, fill(t, v))
		if !strings.Contains(body, `"`+value+`"`) {
			continue
		}
		r, err := before.Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(slices.Concat(r.Problems, r.Novelties), func(p schemas.Problem) bool {
			return strings.HasSuffix(p.Pointer, "/"+member)
		}) {
			continue
		}
		found = true
		if v.Since == "" || v.Since < date {
			t.Errorf("schemas/variants/%s.json has %s %s, which is sent since %s by schemas/history/changes.json: its \"since\" is %q", v.ID, member, value, date, v.Since)
		}
	}
	if !found {
		t.Errorf("schemas/history/changes.json adds %s on %s, and no file in schemas/variants has it as a novelty on the day before", place, date)
	}
}

// dayBefore is the day before the first day of a date of the history.
func dayBefore(t *testing.T, date string) string {
	t.Helper()
	day, err := time.Parse(time.DateOnly, date+"0000-01-01"[len(date):])
	if err != nil {
		t.Fatal(err)
	}
	return day.AddDate(0, 0, -1).Format(time.DateOnly)
}

// valuesInSchemas lists the values that the schemas of what Meta sends name for
// members that are closed sets, as the history names them.
func valuesInSchemas(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("meta/*.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, file := range files {
		if strings.HasSuffix(file, ".request.schema.json") || strings.HasPrefix(filepath.Base(file), "graph.") {
			continue // what a receiver sends, and what it is answered
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		eachValue(t, schema, filepath.ToSlash(file)+"#", func(place string) { places = append(places, place) })
	}
	if len(places) == 0 {
		t.Fatal("no schema in schemas/meta names a value of a closed set")
	}
	return places
}

// isClosedSet reports whether a place is that of a closed set: a list without values of
// its own, such as the type of a JSON Schema, is none.
func isClosedSet(at string) bool {
	return slices.ContainsFunc(closedSets, func(name string) bool { return strings.HasSuffix(at, "/properties/"+name) })
}

// eachValue finds the values of members that are closed sets in a schema.
func eachValue(t *testing.T, node any, at string, found func(place string)) {
	t.Helper()
	switch v := node.(type) {
	case map[string]any:
		for name, inner := range v {
			if name == "if" {
				continue // which asks for values, and names none
			}
			if member, ok := inner.(map[string]any); ok && strings.HasSuffix(at, "/properties") && slices.Contains(closedSets, name) {
				if place := at + "/" + name; member["type"] == "string" && member["enum"] == nil && member["examples"] == nil && !slices.Contains(unlisted, place) {
					t.Errorf("schemas/%s names no values, so that nobody would notice a new one: give it \"examples\"", place)
				}
			}
			values, isList := inner.([]any)
			if isList && (name == "enum" || name == "examples") && isClosedSet(at) {
				for _, value := range values {
					if text, ok := value.(string); ok {
						found(at + "/" + name + "/" + text)
					}
				}
				continue
			}
			eachValue(t, inner, at+"/"+name, found)
		}
	case []any:
		for _, inner := range v {
			eachValue(t, inner, at+"/-", found)
		}
	}
}
