package conversation

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

const (
	// maxText is how many bytes of a text are shown. Messenger's own limit for
	// a message is 2000 characters.
	maxText = 4000

	// maxParts is how many elements, buttons and the like of one message are
	// shown. The most that Messenger takes is 13 quick replies.
	maxParts = 20
)

// loose is a text that came from elsewhere: a string as it is, a number or a
// literal as it is written, and nothing for null, an object or an array. A long
// one is cut.
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	var text string
	switch {
	case len(data) == 0, data[0] == '{', data[0] == '[', string(data) == "null":
	case data[0] == '"':
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	default:
		text = string(data)
	}
	*l = loose(cut(text))
	return nil
}

// cut shortens a text to maxText bytes, on the border of a character.
func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// list is an array of which each element is read by itself: one that has the
// wrong type is left out, and so are those after the first maxParts.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(data []byte) error {
	var elements []json.RawMessage
	if json.Unmarshal(data, &elements) != nil {
		return nil // not an array, so there is nothing to show
	}
	for _, element := range elements[:min(len(elements), maxParts)] {
		var one T
		if parse(element, &one) {
			*l = append(*l, one)
		}
	}
	return nil
}

// parse decodes a text as far as its types allow. It reports whether the text is
// JSON of the kind that to wants, whatever is wrong further inside.
func parse(text []byte, to any) bool {
	err := json.Unmarshal(text, to)
	var mistyped *json.UnmarshalTypeError
	return err == nil || errors.As(err, &mistyped) && mistyped.Field != ""
}
