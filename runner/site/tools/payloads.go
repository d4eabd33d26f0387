package tools

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/schemas"
)

// sourceName is how what was pasted is called: "the text:3" is its third line.
const sourceName = "the text"

// each calls look with each payload of what was given, and take with what it returns, in
// the order of the payloads.
func each[T any](g given, look func(payload.Payload) T, take func(payload.Payload, T)) error {
	source := payload.Source{Name: sourceName, Once: true, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(g.bytes())), nil
	}}
	return payload.Each(context.Background(), []payload.Source{source},
		func(_ int, p payload.Payload) T { return look(p) },
		func(p payload.Payload, made T) error {
			take(p, made)
			return nil
		})
}

// place is where something stands in what was given: lines and characters count from 1.
type place struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// places finds the lines and columns of payloads in the text that they are from, which
// come in their order.
type places struct {
	text []byte
	from int // where the next payload can begin
}

// of returns a text with a payload alone, at its place in the whole: what is before it is
// white space. It is nil for one that does not stand there as it is, as in a capture.
func (p *places) of(body []byte) []byte {
	at := bytes.Index(p.text[p.from:], body)
	if at < 0 || len(body) == 0 {
		return nil
	}
	at += p.from
	p.from = at + len(body)
	alone := make([]byte, 0, len(body))
	for before := p.text[:at]; len(before) > 0; {
		r, size := utf8.DecodeRune(before)
		if before = before[size:]; r == '\n' {
			alone = append(alone, '\n')
		} else {
			alone = append(alone, ' ')
		}
	}
	return append(alone, body...)
}

// placeOf is where the value of a JSON Pointer begins; nil where that is not known.
func placeOf(alone []byte, pointer string) *place {
	if alone == nil {
		return nil
	}
	text, found := schemas.PlaceOf(alone, pointer)
	if !found {
		return nil
	}
	return placeIn(text)
}

var placeText = regexp.MustCompile(`line (\d+), column (\d+)`)

// placeIn is the place that a text names.
func placeIn(text string) *place {
	found := placeText.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	return &place{Line: number(found[1]), Column: number(found[2])}
}

func number(digits string) (n int) {
	for _, d := range strings.TrimSpace(digits) {
		n = n*10 + int(d-'0')
	}
	return n
}
