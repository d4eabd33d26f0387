package event

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// near is how far a time in an event may be from when it happened and still be told by
// a placeholder: an event may be looked at for a while before it is made a template.
const near = 24 * time.Hour

// Template makes a template of the event of a session, which Build fills for another one:
// the ids, texts and times that Build would have given this session at about this time
// become placeholders. All else stays as it is: what somebody has edited too.
func Template(doc json.RawMessage, s Session, at time.Time) (json.RawMessage, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	e := Event{Session: s, At: at}
	e.empty(root, "")
	return root.appendTo(nil), nil
}

// empty puts placeholders into the place of values below n, which is the member of this
// name.
func (e Event) empty(n *node, name string) {
	var placeholder string
	switch n.kind {
	case jsontext.String:
		placeholder = e.placeholderOf(jsontext.Unquote(n.raw))
	case jsontext.Number:
		placeholder = e.placeholderOfNumber(string(n.raw), name)
	}
	if placeholder != "" {
		n.kind, n.raw = jsontext.String, []byte(`"{{`+placeholder+`}}"`)
	}
	for i, m := range n.members {
		inner := name
		if m.name != nil {
			inner = n.name(i)
		}
		e.empty(m.value, inner)
	}
}

// placeholderOf is the placeholder that has this text; empty if none has.
func (e Event) placeholderOf(text string) string {
	if unit := e.unitOf(text); unit != "" {
		return "timestamp_" + unit + "_text"
	}
	for _, number := range numbersIn(text) {
		e.Number = number
		for _, name := range schemas.Placeholders() {
			if v, known := e.value(name); known && !v.number && v.text == text {
				return name
			}
		}
	}
	return ""
}

func (e Event) placeholderOfNumber(text, name string) string {
	if unit := e.unitOf(text); unit != "" {
		if name == "time" {
			return "time_" + unit
		}
		return "timestamp_" + unit
	}
	if text == strconv.FormatInt(e.Session.AppID, 10) {
		return "app_id"
	}
	return ""
}

// unitOf is the unit, "ms" or "s", in which a text tells a time near that of the event;
// empty if it tells none.
func (e Event) unitOf(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
	case time.UnixMilli(n).Sub(e.At).Abs() < near:
		return "ms"
	case time.Unix(n, 0).Sub(e.At).Abs() < near:
		return "s"
	}
	return ""
}

var digitsIn = regexp.MustCompile(`[0-9]{1,9}`)

// numbersIn are the numbers in a text, one of which may be that of an event, and 0.
func numbersIn(text string) []int {
	numbers := []int{0}
	for _, digits := range digitsIn.FindAllString(text, 20) {
		n, err := strconv.Atoi(digits)
		if err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
