package drift

import (
	"cmp"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/seed-11445fa1/referee/schemas"
)

// Variant returns the file of a variant that has a difference from a catalogue: the
// first event with it, its ids, instants and texts replaced by placeholders. ok is
// false for a difference that is in no event.
func (i Item) Variant(c *schemas.Catalogue) (v schemas.Variant, ok bool) {
	if i.event == nil {
		return v, false
	}
	if i.first.Object != "" { // the object around the event is what is new
		i.Object, i.Event, i.form = i.first.Object, i.first.Kind, i.first.Form
	}
	t := template{account: "{{page_id}}", form: i.form}
	if i.Object == "instagram" {
		t.account = "{{instagram_id}}"
	}
	event := schemas.Encode(t.of("", "", i.event))
	v = schemas.Variant{
		ID: i.variantID(), Field: printable(cmp.Or(i.Event, "unknown")), Title: printable("Observed: " + string(i.What) + " " + i.Pointer),
		Status: schemas.Observed, Object: cmp.Or(i.Object, "page"), Form: cmp.Or(i.form, schemas.FormMessaging), Schema: "event", Event: event,
		Source: schemas.Source{
			URL:   "https://developers.facebook.com/docs/messenger-platform/webhooks",
			Quote: printable(i.Detail),
		},
		Notes: "Made of a captured event. Put the page that documents it, or the issue that shows it, into source.",
	}
	if kind, ok := i.kind(); ok && i.What == NewEvent {
		v.Field = printable(kind)
	}
	if isForOneKind(v.Form) {
		v.Schema = "event.other" // until one of the same kind is known
	}
	if len(i.First) >= len("2006-01-02") {
		v.Since = i.First[:len("2006-01-02")]
	}
	for _, known := range c.All() {
		alike := strings.HasPrefix(known.ID, v.ID[:strings.IndexByte(v.ID, '.')]+".") || known.Field == i.Event
		if alike && known.Object == v.Object && known.Form == v.Form {
			v.Field, v.Schema = known.Field, known.Schema
			break
		}
	}
	return v, true
}

// variantID is the ID of the variant with a difference: that of the difference, in the
// letters that an ID has.
func (i Item) variantID() string {
	id := slug(i.Event) + "." + slug(string(i.What)) + "-" + slug(i.Pointer)
	if i.Object != "" && i.Object != "page" && i.first.Object == "" {
		id += "-" + slug(i.Object)
	}
	if i.form == schemas.FormStandby || i.form == schemas.FormEntry {
		id += "-" + string(i.form)
	}
	if value := i.value(); value != "" {
		id += "-" + slug(value)
	}
	return id
}

// template puts placeholders into the place of values that are somebody's own.
type template struct {
	account string // the placeholder of who receives it
	form    schemas.Form
}

func (t template) of(above, name string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		filled := map[string]any{}
		for member, inner := range v {
			filled[member] = t.of(name, member, inner)
			if text, _ := inner.(string); t.form == schemas.FormEntry && name == "" && member == "id" && text != "" {
				filled[member] = t.account // the entry's
			}
		}
		return filled
	case []any:
		filled := []any{}
		for _, element := range v {
			filled = append(filled, t.of(name, "-", element))
		}
		return filled
	case string:
		switch {
		case above == "sender" && name == "id":
			return "{{psid}}"
		case above == "recipient" && name == "id":
			return t.account
		case name == "timestamp" && strings.Trim(v, "0123456789") != "": // in a form of its own
		case name == "timestamp" && len(v) > len("1665424533"):
			return "{{timestamp_ms_text}}"
		case name == "timestamp":
			return "{{timestamp_s_text}}"
		case v != "" && (name == "user_ref" || name == "mid" || name == "ref" || name == "payload" || name == "text" ||
			name == "ad_id" || name == "post_id" || name == "product_id" || name == "flow_id"):
			return "{{" + name + "}}"
		case v != "" && above == "postback" && name == "title":
			return "{{title}}"
		}
	case json.Number:
		isTime := name == "timestamp" || name == "watermark" || name == "time" && above == "" && t.form == schemas.FormEntry
		switch {
		case isTime && len(v) > len("1665424533"):
			return "{{timestamp_ms}}"
		case isTime:
			return "{{timestamp_s}}"
		}
	}
	return value
}

// printable is text without control characters, which names of members can have.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\ufffd'
		}
		return r
	}, text)
}

// slug makes a part of a variant's id.
func slug(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, text)
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "-")
	}
	if text = strings.Trim(text, "-"); text == "" {
		return "event"
	}
	return text
}
