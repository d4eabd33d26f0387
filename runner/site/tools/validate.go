package tools

import (
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/schemas"
)

// mostPayloads is how many payloads are told of one by one.
const mostPayloads = 200

// validateQuestion asks what payloads are.
type validateQuestion struct {
	given
	// AsOf is a day or a version of the Graph API. Default: all that Meta ever sent.
	AsOf string `json:"as_of,omitempty"`
}

// validated is what payloads are.
type validated struct {
	Valid    int          `json:"valid"`
	Invalid  int          `json:"invalid"`
	Payloads []onePayload `json:"payloads"`
	// More is how many were counted and not told of.
	More int `json:"more,omitempty"`
}

// onePayload is what one payload is, and what is wrong with it.
type onePayload struct {
	// Where names it: "the text:3" for what stands on the third line.
	Where string `json:"where"`
	// At is when it came, in RFC 3339; empty if nobody knows.
	At    string `json:"at,omitempty"`
	Valid bool   `json:"valid"`
	// Error says why it is not JSON; of the other members only Place is there then.
	Error string `json:"error,omitempty"`
	Place *place `json:"place,omitempty"`
	// Schema names the format that the whole is held to.
	Schema string `json:"schema,omitempty"`
	// Variants are those that are a whole body of exactly this shape.
	Variants []oneVariant `json:"variants"`
	Events   []oneEvent   `json:"events"`
	// Problems say where it breaks its schema; Novelties break none.
	Problems  []oneProblem `json:"problems"`
	Novelties []oneProblem `json:"novelties"`
}

// oneVariant is one that a payload is, or nearly is.
type oneVariant struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status string `json:"status"`
	Since  string `json:"since,omitempty"`
	Until  string `json:"until,omitempty"`
}

// oneEvent is one event of a payload.
type oneEvent struct {
	Pointer  string       `json:"pointer"`
	Place    *place       `json:"place,omitempty"`
	Kind     string       `json:"kind"`
	Known    bool         `json:"known"`
	Variants []oneVariant `json:"variants"`
	// Nearest is the variant that it is least unlike, where it is none.
	Nearest     *oneVariant `json:"nearest,omitempty"`
	Differences []string    `json:"differences"`
}

// oneProblem is one place where a payload is wrong, or new.
type oneProblem struct {
	Breach  string `json:"breach"`
	Pointer string `json:"pointer"`
	Place   *place `json:"place,omitempty"`
	Message string `json:"message"`
}

func (t *Tools) validate(q validateQuestion) (validated, error) {
	catalogue, err := t.asOf(q.AsOf)
	if err != nil {
		return validated{}, err
	}
	ever, err := t.asOf("")
	if err != nil {
		return validated{}, err
	}
	all := validated{Payloads: []onePayload{}}
	in := places{text: q.bytes()}
	type read struct {
		schemas.Reading
		err error
	}
	err = each(q.given, func(p payload.Payload) read {
		r, err := catalogue.Read(p.Body)
		return read{r, err}
	}, func(p payload.Payload, r read) {
		if r.err == nil && len(r.Problems) == 0 {
			all.Valid++
		} else {
			all.Invalid++
		}
		if len(all.Payloads) == mostPayloads {
			all.More++
			return
		}
		told := onePayload{Where: p.Where, At: p.Instant(), Variants: []oneVariant{}, Events: []oneEvent{}, Problems: []oneProblem{}, Novelties: []oneProblem{}}
		alone := in.of(p.Body)
		if r.err != nil {
			told.Error = r.err.Error()
			if len(alone) == len(p.Body) { // else it counts from the beginning of the payload
				told.Place = placeIn(told.Error)
			}
		} else {
			told.take(r.Reading, ever, alone)
		}
		all.Payloads = append(all.Payloads, told)
	})
	return all, err
}

// take takes over what a reading says.
func (p *onePayload) take(r schemas.Reading, ever *schemas.Catalogue, alone []byte) {
	p.Valid, p.Schema = len(r.Problems) == 0, r.Schema
	p.Variants = variants(ever, r.Variants)
	for _, e := range r.Events {
		event := oneEvent{
			Pointer: e.Pointer, Place: placeOf(alone, e.Pointer), Kind: e.Kind, Known: e.Known,
			Variants: variants(ever, e.Variants), Differences: []string{},
		}
		if nearest := variants(ever, []string{e.Nearest}); len(nearest) > 0 {
			event.Nearest = &nearest[0]
		}
		for _, d := range e.Differences {
			event.Differences = append(event.Differences, d.String())
		}
		p.Events = append(p.Events, event)
	}
	told := func(list []schemas.Problem) []oneProblem {
		all := []oneProblem{}
		for _, found := range list {
			all = append(all, oneProblem{string(found.Breach), found.Pointer, placeOf(alone, found.Pointer), found.Message})
		}
		return all
	}
	p.Problems, p.Novelties = told(r.Problems), told(r.Novelties)
}

// variants are those of a catalogue with these ids; the others are left out.
func variants(c *schemas.Catalogue, ids []string) []oneVariant {
	all := []oneVariant{}
	for _, id := range ids {
		if v, ok := c.ByID(id); ok {
			all = append(all, oneVariant{ID: v.ID, Title: v.Title, Status: string(v.Status), Since: v.Since, Until: v.Until})
		}
	}
	return all
}
