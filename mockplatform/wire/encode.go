package wire

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// Encode returns the JSON text doc as Meta's serialiser of the given style
// writes it. Only white space and the spelling of strings change: members
// keep their order and may occur twice, numbers keep their literals (1.0,
// 1e3, -0), and a surrogate escape without its partner stays one. Encoding
// the result again changes nothing.
//
// doc must be one JSON text in UTF-8 with at most 10,000 objects and arrays
// inside each other. Otherwise the error names the byte, counted from 0.
func Encode(doc []byte, style Style) ([]byte, error) {
	var how *spelling
	switch style {
	case Messaging:
		how = &messagingSpelling
	case Generic:
		how = &genericSpelling
	default:
		return nil, fmt.Errorf("encode: %v is none of wire.Messaging, wire.Generic", style)
	}

	// Almost all of a compact text stays as it is. So the output is made of
	// runs of doc: done is the first byte of the run that is not yet written,
	// last the end of the token before.
	out := make([]byte, 0, len(doc)+len(doc)/4+16)
	done, last := 0, 0
	separator := ""
	scan := jsontext.NewScanner(doc)
	for scan.Next() {
		kind, from, to := scan.Kind(), scan.From(), scan.To()
		if kind == jsontext.ObjectEnd || kind == jsontext.ArrayEnd {
			separator = ""
		}
		// One byte between two tokens can only be the right comma or colon.
		gap := doc[last:from]
		if len(gap) != len(separator) || len(gap) > 1 && string(gap) != separator {
			out = append(append(out, doc[done:last]...), separator...)
			done = from
		}
		last = to
		separator = how.comma
		switch kind {
		case jsontext.ObjectStart, jsontext.ArrayStart:
			separator = ""
		case jsontext.Name:
			separator = how.colon
		}
		if (kind == jsontext.String || kind == jsontext.Name) && !scan.Plain() {
			out = how.appendString(append(out, doc[done:from]...), doc[from:to])
			done = to
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return append(out, doc[done:last]...), nil
}

// appendString appends the string token raw in the serialiser's spelling.
// Runs of bytes that stay as they are go over in one piece.
func (how *spelling) appendString(dst, raw []byte) []byte {
	end := len(raw) - 1
	run := 0 // first byte not yet written, the opening quote to begin with
	for i := 1; i < end; {
		c := raw[i]
		if c < utf8.RuneSelf && c != '\\' {
			if text := how.ascii[c]; text != "" {
				dst = append(dst, raw[run:i]...)
				dst = append(dst, text...)
				run = i + 1
			}
			i++
			continue
		}
		dst = append(dst, raw[run:i]...)
		if c == '\\' {
			unit, size := jsontext.Escape(raw[i:])
			dst = how.appendUnit(dst, unit)
			i += size
		} else {
			r, size := utf8.DecodeRune(raw[i:])
			if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
				dst = appendHex(dst, uint16(high))
				r = low
			}
			dst = appendHex(dst, uint16(r))
			i += size
		}
		run = i
	}
	return append(dst, raw[run:]...)
}

// appendUnit appends one UTF-16 code unit that came as an escape. Taking
// units one by one carries surrogates over whether or not they are pairs.
func (how *spelling) appendUnit(dst []byte, unit uint16) []byte {
	if unit >= utf8.RuneSelf {
		return appendHex(dst, unit)
	}
	if text := how.ascii[unit]; text != "" {
		return append(dst, text...)
	}
	return append(dst, byte(unit))
}

func appendHex(dst []byte, unit uint16) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[unit>>12], digits[unit>>8&0xf], digits[unit>>4&0xf], digits[unit&0xf])
}
