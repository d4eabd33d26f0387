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
	// Spellings of pages that are about Instagram, or have no date.
	"meta/common.schema.json#/$defs/referral/properties/source/examples/SHORT-URL",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/SHORTLINKS",
	"meta/common.schema.json#/$defs/referral/properties/source/examples/IGME-SOURCE-LINK",
	"meta/event.optin.schema.json#/properties/optin/properties/type/enum/notification_messages",
	"meta/event.optin.schema.json#/properties/optin/properties/type/enum/one_time_notif_req",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/image",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/audio",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/video",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/file",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/template",
	"meta/event.message.schema.json#/properties/message/properties/attachments/items/properties/type/examples/fallback",
	"meta/event.message.schema.json#/properties/message/properties/tags/items/properties/source/examples/customer_chat_plugin",
	"meta/event.message.schema.json#/properties/prior_message/properties/source/examples/checkbox_plugin",
}

// unlisted are members of which no source lists the values.
var unlisted = []string{
	"meta/event.optin.schema.json#/properties/optin/properties/source",
	"meta/event.feedback.schema.json#/$defs/question/properties/type",
	"meta/event.feedback.schema.json#/$defs/question/properties/follow_up/properties/type",
}

// TestNobodyForgetsTheHistory holds every source, every type and every type of an
// attachment to the history: whoever adds one says since when Meta sends it, and on
// the day before it is a novelty.
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
// members called source and type, as the history names them.
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
		t.Fatal("no schema in schemas/meta names a source or a type")
	}
	return places
}

// eachValue finds the values of members called source and type in a schema.
func eachValue(t *testing.T, node any, at string, found func(place string)) {
	t.Helper()
	switch v := node.(type) {
	case map[string]any:
		for name, inner := range v {
			if member, ok := inner.(map[string]any); ok && strings.HasSuffix(at, "/properties") && (name == "source" || name == "type") {
				if place := at + "/" + name; member["type"] == "string" && member["enum"] == nil && member["examples"] == nil && !slices.Contains(unlisted, place) {
					t.Errorf("schemas/%s names no values, so that nobody would notice a new one: give it \"examples\"", place)
				}
			}
			values, isList := inner.([]any)
			if isList && (name == "enum" || name == "examples") && (strings.HasSuffix(at, "/properties/source") || strings.HasSuffix(at, "/properties/type")) {
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
