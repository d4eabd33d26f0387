package expectfile

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Record writes down a talk of a person with the bot as an expectation: what the person
// did, in order, and what the bot answered to each. exchanges are those of the journal, in
// their order; those of others are left out.
//
// What cannot be said of an event stands in a comment. It is an error if the person did
// nothing that can be repeated.
func Record(catalogue *schemas.Catalogue, who mockplatform.Person, exchanges []journal.Exchange) (string, error) {
	r := recorder{catalogue: catalogue, who: who}
	for _, x := range exchanges {
		switch {
		case x.Kind == journal.Delivery && x.Attempt <= 1:
			r.delivery(x)
		case x.Kind == journal.Send && who.Is(x.Person) && x.Err == "" && x.Response.Status/100 == 2:
			r.message(x)
		}
	}
	if len(r.steps) == 0 {
		return "", fmt.Errorf("%s has done nothing yet that a bot could answer: write, press or click, wait for the answers, and record then", who.Name)
	}
	return r.text()
}

// recorder reads a talk.
type recorder struct {
	catalogue *schemas.Catalogue
	who       mockplatform.Person
	steps     []recorded
	notes     []string
}

// recorded is a step as it is written.
type recorded struct {
	on      string
	set     []member
	remove  []string
	replies []*yaml.Node
}

// member is a place and what is there.
type member struct {
	path  string
	value any
}

// told are the fields of events that a page is told of by itself: nobody does them.
var told = []string{"message_deliveries", "message_reads", "message_echoes"}

// delivery adds what a person did.
func (r *recorder) delivery(x journal.Exchange) {
	if !r.who.Is(x.Person) && len(x.Variants) == 1 {
		return
	}
	reading, err := r.catalogue.Read(x.Request.Body)
	if err != nil || len(reading.Events) != 1 {
		if r.who.Is(x.Person) {
			r.note("exchange %d is left out: its delivery has not one event", x.Seq)
		}
		return
	}
	e := reading.Events[0]
	doc, _ := event.Get(x.Request.Body, e.Pointer)
	if !r.concerns(doc) {
		return
	}
	id := e.Nearest
	for _, of := range slices.Concat(e.Variants, x.Variants) {
		id = of
	}
	v, ok := r.catalogue.ByID(id)
	switch {
	case !ok:
		r.note("exchange %d is left out: no variant is like its event", x.Seq)
		return
	case slices.Contains(told, v.Field):
		return
	}
	template, err := event.Template(doc, r.who.Session, x.At)
	if err != nil {
		r.note("exchange %d is left out: %v", x.Seq, err)
		return
	}
	s := recorded{on: id}
	r.differences(&s, "", judge.Decode(v.Event), judge.Decode(template), judge.Decode(doc))
	r.steps = append(r.steps, s)
}

// concerns reports whether an event is the person's.
func (r *recorder) concerns(doc json.RawMessage) bool {
	for _, pointer := range []string{"/sender/id", "/sender/user_ref"} {
		var id string
		if text, ok := event.Get(doc, pointer); ok && json.Unmarshal(text, &id) == nil && r.who.Is(id) {
			return true
		}
	}
	return false
}

func (r *recorder) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// placeholder fits a text that is filled for each person.
var placeholder = regexp.MustCompile(`\{\{[a-z_]+\}\}`)

// differences adds what makes an event of that of a variant. as is the event as it was, in
// which nothing is left to be filled in.
func (r *recorder) differences(s *recorded, path string, from, to, as any) {
	was, _ := as.(map[string]any)
	list, _ := as.([]any)
	a, fromObject := from.(map[string]any)
	b, toObject := to.(map[string]any)
	x, fromList := from.([]any)
	y, toList := to.([]any)
	switch {
	case fromObject && toObject:
		for _, name := range sortedNames(a, b) {
			at := path + step(name)
			before, had := a[name]
			after, has := b[name]
			switch {
			case !has:
				s.remove = append(s.remove, at)
			case !had:
				r.set(s, at, after, was[name])
			default:
				r.differences(s, at, before, after, was[name])
			}
		}
	case fromList && toList && len(x) == len(y) && len(list) == len(y):
		for i := range x {
			r.differences(s, fmt.Sprintf("%s[%d]", path, i), x[i], y[i], list[i])
		}
	case !same(from, to):
		r.set(s, path, to, as)
	}
}

// set has a place be another value, unless it is one that each person has another of: what
// was written itself stays as it was.
func (r *recorder) set(s *recorded, path string, value, as any) {
	if placeholder.MatchString(compact(value)) && !same(value, as) {
		r.note("%s has %s that is this person's alone, and is left as the variant has it", s.on, path)
		return
	}
	s.set = append(s.set, member{path, value})
}

// plainStep is a member that jq takes behind a dot.
var plainStep = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// step is a member in a path of jq.
func step(name string) string {
	if plainStep.MatchString(name) {
		return "." + name
	}
	return "[" + string(quote(name)) + "]"
}

// message adds what the bot answered to the last thing that the person did.
func (r *recorder) message(x journal.Exchange) {
	if _, is := event.Get(x.Doc, "/message"); !is || len(r.steps) == 0 {
		return
	}
	s := &r.steps[len(r.steps)-1]
	if n := len(r.steps); n > 1 && len(r.steps[n-2].replies) == 0 && len(s.replies) == 0 {
		r.note("%s had no answer before %s; an answer to it that came later stands at the latter", r.steps[n-2].on, s.on)
	}
	s.replies = append(s.replies, replyOf(x.Doc))
}
