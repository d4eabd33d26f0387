package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Payload is what `referee validate` says of one payload.
type Payload struct {
	// Where names it: "monday.ndjson:17".
	Where string `json:"where"`
	// At is when it came, in RFC 3339; empty if nobody knows.
	At    string `json:"at,omitempty"`
	Valid bool   `json:"valid"`
	// Error says why it is not JSON; the other members are empty then.
	Error string `json:"error,omitempty"`
	// Schema names the format that the whole is held to.
	Schema string `json:"schema,omitempty"`
	// Variants are those that are a whole body of exactly this shape.
	Variants  []string  `json:"variants,omitempty"`
	Events    []Event   `json:"events,omitempty"`
	Problems  []Problem `json:"problems,omitempty"`
	Novelties []Problem `json:"novelties,omitempty"`
}

// Event is one event of a payload.
type Event struct {
	Pointer     string   `json:"pointer"`
	Kind        string   `json:"kind"`
	Known       bool     `json:"known"`
	Variants    []string `json:"variants,omitempty"`
	Nearest     string   `json:"nearest,omitempty"`
	Differences []string `json:"differences,omitempty"`
}

// Problem is one place where a payload breaks its schema.
type Problem struct {
	Breach  string `json:"breach"`
	Pointer string `json:"pointer"`
	Message string `json:"message"`
}

// NewPayload turns a reading into what is reported of it.
func NewPayload(where, at string, r schemas.Reading, unread error) Payload {
	p := Payload{Where: where, At: at}
	if unread != nil {
		p.Error = unread.Error()
		return p
	}
	p.Valid, p.Schema, p.Variants = len(r.Problems) == 0, r.Schema, r.Variants
	for _, e := range r.Events {
		event := Event{Pointer: e.Pointer, Kind: e.Kind, Known: e.Known, Variants: e.Variants, Nearest: e.Nearest}
		for _, d := range e.Differences {
			event.Differences = append(event.Differences, d.String())
		}
		p.Events = append(p.Events, event)
	}
	p.Problems, p.Novelties = problems(r.Problems), problems(r.Novelties)
	return p
}

func problems(found []schemas.Problem) []Problem {
	var list []Problem
	for _, p := range found {
		list = append(list, Problem{string(p.Breach), p.Pointer, p.Message})
	}
	return list
}

// Names says in a few words what a payload is: the variants of its events, or
// the nearest ones.
func (p Payload) Names() string {
	if len(p.Variants) > 0 {
		return oneOf(p.Variants)
	}
	var names []string
	for _, e := range p.Events {
		switch {
		case len(e.Variants) > 0:
			names = append(names, oneOf(e.Variants))
		case e.Nearest != "":
			names = append(names, "nearest "+e.Nearest)
		case e.Kind != "":
			names = append(names, "unknown event "+e.Kind)
		default:
			names = append(names, "unknown event")
		}
	}
	const most = 3
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// oneOf names the first of several variants of one shape.
func oneOf(variants []string) string {
	if len(variants) == 1 {
		return variants[0]
	}
	return fmt.Sprintf("%s (or %s)", variants[0], strings.Join(variants[1:], ", "))
}

// WritePayload writes what a payload is and what is wrong with it. It uses Width
// and Color.
func WritePayload(w io.Writer, p Payload, o Options) error {
	page := newPage(o)
	mark := page.painted(green, "✓")
	if !p.Valid {
		mark = page.painted(red, "✗")
	}
	names := p.Names()
	if p.Error != "" {
		names = p.Error
	} else if names == "" {
		names = "no event"
	}
	page.line(mark + " " + page.painted(bold, cleanLine(p.Where)) + "  " + cleanLine(names))
	for _, problem := range append(p.Problems, p.Novelties...) {
		where := problem.Pointer
		if where == "" {
			where = "the document"
		}
		page.indented(4, cleanLine(where)+": "+cleanLine(problem.Message))
	}
	if p.Valid {
		for _, e := range p.Events {
			if e.Nearest != "" && len(e.Differences) > 0 {
				page.indented(4, cleanLine("unlike "+e.Nearest+": "+strings.Join(e.Differences, "; ")))
			}
		}
	}
	return page.writeTo(w, "what "+p.Where+" is")
}
