package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// EntryDelay is how long after an event's timestamp its entry says that it
// was sent. Captures show 0 (postbacks), 49 and 83 ms (messages), 5 and 49 s
// (leads, whose timestamp is in seconds); Meta documents nothing.
const EntryDelay = 49 * time.Millisecond

// tellsSeconds reports whether any time in the template is in seconds.
func tellsSeconds(template []byte) bool {
	return slices.ContainsFunc([]string{"{{timestamp_s}}", "{{timestamp_s_text}}", "{{time_s}}"}, func(form string) bool {
		return bytes.Contains(template, []byte(form))
	})
}

// value is what a placeholder stands for.
type value struct {
	text   string
	number bool // a JSON number where the placeholder is the whole string
}

// value returns what the placeholder of this name stands for in this event.
// An event tells its own number in whatever is its own, and shares with the
// session's other events what does not come from the event, such as an ad.
func (e Event) value(name string) (v value, known bool) {
	s := e.Session
	text := func(text string) (value, bool) { return value{text: text}, true }
	integer := func(n int64) (value, bool) { return value{text: strconv.FormatInt(n, 10), number: true}, true }
	switch name {
	case "psid":
		return text(s.PSID)
	case "page_id":
		return text(s.PageID)
	case "instagram_id":
		return text(s.InstagramID)
	case "user_ref":
		return text(s.UserRef)
	case "guest_id":
		return text(s.GuestID)
	case "app_id":
		return integer(s.AppID)
	case "mid":
		return text(fmt.Sprintf("m_%s_%d_%s", s.Tag, e.Number, urlBase64(derive("mid", s.Tag, strconv.Itoa(e.Number)))))
	case "ref":
		return text(fmt.Sprintf("ref_%s_%d", s.Tag, e.Number))
	case "payload":
		return text(fmt.Sprintf("PAYLOAD_%s_%d", s.Tag, e.Number))
	case "title":
		return text(fmt.Sprintf("Choice %d (%s)", e.Number, s.Tag))
	case "text":
		return text(fmt.Sprintf("Hello, this is message %d (%s)", e.Number, s.Tag))
	case "ad_id":
		return text(digits(13, name, s.Tag))
	case "post_id":
		return text(digits(15, name, s.Tag))
	case "product_id", "flow_id":
		return text(digits(16, name, s.Tag))
	case "timestamp_ms":
		return integer(e.At.UnixMilli())
	case "timestamp_s":
		return integer(e.At.Unix())
	case "timestamp_ms_text":
		return text(strconv.FormatInt(e.At.UnixMilli(), 10))
	case "timestamp_s_text":
		return text(strconv.FormatInt(e.At.Unix(), 10))
	case "time_ms":
		return integer(e.At.Add(EntryDelay).UnixMilli())
	case "time_s":
		return integer(e.At.Add(EntryDelay).Unix())
	}
	return value{}, false
}

// fill replaces the placeholders in the strings and names below n, whose
// pointer is for errors.
func (e Event) fill(n *node, pointer string) error {
	if n.kind == jsontext.String {
		return e.fillString(n, pointer)
	}
	for i := range n.members {
		m := &n.members[i]
		inner := pointer + schemas.Pointer(n.name(i))
		if m.name != nil {
			name, err := e.insert(m.name)
			if err != nil {
				return fmt.Errorf("%s: in the name: %w", inner, err)
			}
			m.name = name
		}
		if err := e.fill(m.value, inner); err != nil {
			return err
		}
	}
	return nil
}

func (e Event) fillString(n *node, pointer string) error {
	if name, whole := placeholder(n.raw); whole {
		if v, known := e.value(name); known && v.number {
			n.kind, n.raw = jsontext.Number, []byte(v.text)
			return nil
		}
	}
	raw, err := e.insert(n.raw)
	if err != nil {
		return fmt.Errorf("%s: %w", pointer, err)
	}
	n.raw = raw
	return nil
}

// placeholder returns the name in a string token that is one placeholder and
// nothing else.
func placeholder(raw []byte) (name string, whole bool) {
	inner, opened := bytes.CutPrefix(raw, []byte(`"{{`))
	inner, closed := bytes.CutSuffix(inner, []byte(`}}"`))
	return string(inner), opened && closed
}

// insert replaces the placeholders in a string token by their text.
func (e Event) insert(raw []byte) ([]byte, error) {
	var filled []byte
	rest := raw
	for {
		before, after, found := bytes.Cut(rest, []byte("{{"))
		if !found {
			return append(filled, rest...), nil
		}
		name, after, closed := bytes.Cut(after, []byte("}}"))
		if !closed {
			return nil, fmt.Errorf("placeholder without its }} in %s", raw)
		}
		v, known := e.value(string(name))
		if !known {
			return nil, fmt.Errorf("unknown placeholder {{%s}}", name)
		}
		quoted := quote(v.text)
		filled = append(append(filled, before...), quoted[1:len(quoted)-1]...)
		rest = after
	}
}

// quote returns text as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func quote(text string) []byte {
	quoted, _ := json.Marshal(text) // which has a form for every string
	return quoted
}
