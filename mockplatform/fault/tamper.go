package fault

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// Position is a place in a body.
type Position string

// The positions.
const (
	Start  Position = "start"
	Middle Position = "middle"
	End    Position = "end"
)

// FlipByte inverts the lowest bit of one byte after signing. The body is
// hardly JSON any more when that byte is its first or its last.
func FlipByte(at Position) Fault {
	return tamper(fmt.Sprintf("with one bit changed at the %s of the body after signing", at), func(body []byte) ([]byte, error) {
		if len(body) == 0 {
			return nil, errors.New("the body is empty")
		}
		i, known := map[Position]int{Start: 0, Middle: len(body) / 2, End: len(body) - 1}[at]
		if !known {
			return nil, fmt.Errorf("%q is no position", at)
		}
		body[i] ^= 1
		return body, nil
	})
}

// Replace replaces the first occurrence of a text after signing: the body stays
// JSON, and says something else.
func Replace(old, replacement string) Fault {
	return tamper(fmt.Sprintf("with %q changed to %q after signing", old, replacement), func(body []byte) ([]byte, error) {
		if !bytes.Contains(body, []byte(old)) {
			return nil, fmt.Errorf("the body does not contain %q", old)
		}
		return bytes.Replace(body, []byte(old), []byte(replacement), 1), nil
	})
}

// AppendSpace adds a space after the body: the JSON means the same, the
// signature does not fit any more.
func AppendSpace() Fault {
	return tamper("with a space appended to the body after signing", func(body []byte) ([]byte, error) {
		return append(body, ' '), nil
	})
}

// PrependSpace adds a space before the body: the JSON means the same, the
// signature does not fit any more.
func PrependSpace() Fault {
	return tamper("with a space put before the body after signing", func(body []byte) ([]byte, error) {
		return slices.Insert(body, 0, ' '), nil
	})
}

// InsertSpace adds a space after the first colon or comma between JSON tokens.
// A receiver that parses and serialises before it verifies does not notice.
func InsertSpace() Fault {
	return tamper("with a space inserted into the body after signing", func(body []byte) ([]byte, error) {
		i := outside(body, func(c byte) bool { return c == ':' || c == ',' })
		if i < 0 {
			return nil, errors.New("the body has no colon or comma between JSON tokens")
		}
		return slices.Insert(body, i+1, ' '), nil
	})
}

// RemoveSpace removes the first space between JSON tokens. Only the style
// wire.Generic writes such spaces; it is an error when there is none.
func RemoveSpace() Fault {
	return tamper("with a space removed from the body after signing", func(body []byte) ([]byte, error) {
		i := outside(body, func(c byte) bool { return c == ' ' })
		if i < 0 {
			return nil, errors.New("the body has no space between JSON tokens; send it in the style wire.Generic")
		}
		return slices.Delete(body, i, i+1), nil
	})
}

// tamper changes the body and leaves the signature. f gets a copy of the body.
func tamper(text string, f func(body []byte) ([]byte, error)) Fault {
	return change{text, func(r *delivery.Request) error {
		body, err := f(bytes.Clone(r.Body))
		if err != nil {
			return fmt.Errorf("cannot send a body %s: %w", text, err)
		}
		r.Body = body
		return nil
	}}
}

// outside returns the index of the first byte outside JSON strings that
// matches, or -1.
func outside(body []byte, match func(byte) bool) int {
	inside := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case !inside && match(c):
			return i
		}
	}
	return -1
}
