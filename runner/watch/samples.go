package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/watch/document"
	"github.com/seed-11445fa1/referee/runner/watch/mend"
	"github.com/seed-11445fa1/referee/schemas"
)

// sampleKind is what a block of code is.
type sampleKind string

const (
	// webhook samples are deliveries, entries or events: what the catalogue is about.
	webhook sampleKind = "webhook"
	// other samples are JSON too: requests, answers, parts of either.
	other sampleKind = "JSON"
	// code samples are anything else, such as a command.
	code sampleKind = "code"
)

// sample is a block of code on a page.
type sample struct {
	Line  int        `json:"line"`
	Under string     `json:"under,omitempty"`
	Kind  sampleKind `json:"kind"`
	// Text is the JSON, without space; of code it is the text without space around
	// its lines.
	Text string `json:"text"`
	// Repairs say what of the JSON was mended.
	Repairs []string `json:"repairs,omitempty"`
	// Open and Partial are those of mend.Value.
	Open    []string `json:"open,omitempty"`
	Partial bool     `json:"partial,omitempty"`
}

// unread is a block of code, or the row of a table, that could not be read.
type unread struct {
	Line   int    `json:"line,omitempty"`
	Under  string `json:"under,omitempty"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
	// Near are the lines down to the one that could not be read.
	Near []string `json:"near,omitempty"`
}

// samplesOf reads the blocks of code of a page.
func samplesOf(p document.Page) (samples []sample, unreadable []unread) {
	for _, b := range p.Blocks {
		values, err := mend.Read(b.Text)
		if !isJSON(b) && (err != nil || len(values) == 0) {
			if text := trimmedLines(b.Text); text != "" {
				samples = append(samples, sample{Line: b.Line, Under: b.Under, Kind: code, Text: text})
			}
			continue
		}
		if err != nil {
			u := unread{Line: b.Line, Under: b.Under, Reason: err.Error(), Text: trimmedLines(b.Text)}
			if at := (*mend.Unreadable)(nil); errors.As(err, &at) {
				u.Line, u.Reason, u.Near = b.Line+at.Line-1, at.Reason, near(b.Text, at.Line)
			}
			unreadable = append(unreadable, u)
			continue
		}
		for _, v := range values {
			s := sample{Line: b.Line + v.Line - 1, Under: b.Under, Kind: other, Text: string(v.JSON), Open: v.Open, Partial: v.Partial}
			for _, r := range v.Repairs {
				s.Repairs = append(s.Repairs, r.What)
			}
			if _, _, ok := wrapped(s.Text, ""); ok {
				s.Kind = webhook
			}
			samples = append(samples, s)
		}
	}
	return samples, unreadable
}

// near are the last lines of a text down to one of them.
func near(text string, line int) []string {
	lines := strings.Split(text, "\n")
	const most = 4
	return strings.Split(trimmedLines(strings.Join(lines[max(0, line-most):min(line, len(lines))], "\n")), "\n")
}

// ofJSON are the languages of fences in which JSON is printed.
var ofJSON = []string{"", "json", "json5", "jsonc", "text", "txt", "plain", "plaintext", "none"}

// isJSON reports whether a block is meant as JSON. One that names a programming
// language can be JSON all the same, and is code where it is not.
func isJSON(b document.Block) bool {
	return slices.Contains(ofJSON, b.Language) && (b.Language == "json" || mend.Begins(b.Text))
}

func trimmedLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// wrapped puts around an entry or an event what stands around it in a delivery of an
// object. prefix is the pointer to the sample in it. ok is false for what no webhook
// gets.
func wrapped(text, object string) (body any, prefix string, ok bool) {
	value, err := schemas.Decode([]byte(text))
	if err != nil {
		return nil, "", false
	}
	if list, isList := value.([]any); isList {
		all := len(list) > 0
		for _, element := range list {
			all = all && isDelivery(element)
		}
		return value, "", all
	}
	v, isObject := value.(map[string]any)
	if !isObject {
		return nil, "", false
	}
	entry := func(entry any) map[string]any { return map[string]any{"object": object, "entry": []any{entry}} }
	has := func(name string) bool { _, there := v[name]; return there }
	isList := func(name string) bool { _, list := v[name].([]any); return list }
	switch {
	case isDelivery(value):
		if !has("object") {
			v["object"] = object
		}
		return v, "", true
	case has("entry") || has("object"):
		return nil, "", false // of another object
	case has("field") && has("value"):
		return v, "", true
	case isList("messaging") || isList("standby") || isList("changes"):
		return entry(v), "/entry/0", true
	case has("sender") || has("recipient") && has("timestamp"):
		return entry(map[string]any{"id": "1", "time": 1458692752478, "messaging": []any{v}}), "/entry/0/messaging/0", true
	}
	return nil, "", false
}

// isDelivery reports whether a value has entries of a page or of an Instagram account.
func isDelivery(value any) bool {
	v, _ := value.(map[string]any)
	if _, entries := v["entry"].([]any); !entries {
		return false
	}
	object, named := v["object"]
	return !named || object == "page" || object == "instagram" || isPlaceholder(fmt.Sprint(object))
}
