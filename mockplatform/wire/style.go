// Package wire makes the bytes of a delivery: the body as Meta's serialisers
// write it, its signatures and its headers. Nothing outside this package
// makes bytes that a receiver hashes.
//
// Public API: programs sign and verify bodies by it.
package wire

import (
	"fmt"

	"github.com/seed-11445fa1/referee/schemas"
)

// Style names one of the two serialisers seen in Meta's deliveries, by the
// product that uses it. Each goes with a User-Agent of its own.
type Style int

const (
	// Messaging is the serialiser of Messenger, Instagram messaging and
	// WhatsApp, User-Agent facebookexternalua. It writes no spaces and escapes
	// as PHP's json_encode does, and @ % < as well:
	// https://developers.facebook.com/docs/messenger-platform/webhooks
	Messaging Style = iota
	// Generic is the serialiser of the other products (Instagram comments,
	// Workplace), User-Agent Webhooks/1.0. It writes as Python's json.dumps
	// does without options: a space after each comma and colon.
	Generic
)

// String returns "messaging" or "generic".
func (s Style) String() string {
	switch s {
	case Messaging:
		return "messaging"
	case Generic:
		return "generic"
	}
	return fmt.Sprintf("Style(%d)", int(s))
}

// StyleOf is the sender of what comes in a form for a webhook field. Captured comments
// of Instagram are of Generic. That leads and the other changes are too is inferred:
// messaging products alone were seen with the other sender.
func StyleOf(form schemas.Form, field string) Style {
	if form == schemas.FormChanges || field == "comments" {
		return Generic
	}
	return Messaging
}

// spelling is how a serialiser writes what JSON leaves open.
type spelling struct {
	comma, colon string
	ascii        [128]string // the escape of each ASCII character, "" for those that stand for themselves
}

var messagingSpelling = spelling{
	comma: ",",
	colon: ":",
	ascii: asciiEscapes(map[byte]string{
		'/': `\/`,
		'@': `\u0040`,
		'%': `\u0025`,
		'<': `\u003C`, // the only escape with an upper-case digit, so Meta's documentation of 2018 and receivers since
	}),
}

var genericSpelling = spelling{
	comma: ", ",
	colon: ": ",
	ascii: asciiEscapes(map[byte]string{
		0x7f: `\u007f`, // Python counts DEL as not printable, PHP leaves it raw
	}),
}

// asciiEscapes returns what both serialisers escape, and special on top.
func asciiEscapes(special map[byte]string) (table [128]string) {
	for c := range byte(' ') {
		table[c] = fmt.Sprintf(`\u%04x`, c)
	}
	table['\b'], table['\f'], table['\n'], table['\r'], table['\t'] = `\b`, `\f`, `\n`, `\r`, `\t`
	table['"'], table['\\'] = `\"`, `\\`
	for c, text := range special {
		table[c] = text
	}
	return table
}
