package diagnosis

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Diagnosis looks for the causes of one run.
type Diagnosis struct {
	catalogue *schemas.Catalogue
	specs     map[string]judge.Spec // by the id of their requirement
	known     map[string]bool       // members of events
	proofs    map[string]Proof      // by cause
	tried     map[string]bool       // causes that were
	refuted   map[string]bool       // those that are none: what has their trait was not red
	world     *world
	beside    map[string]judge.Outcome // of requirements that the run leaves out
	partial   bool                     // most of the suite was not judged, so that little contradicts anything
	passing   map[string]bool          // those of which a requirement was red, and then was not
	plain     int                      // how often the plain event was sent by itself
	causes    []Cause
}

// New prepares a diagnosis of a run of some of these specs, which are those of the whole
// suite: what a run leaves out may still be tried. The catalogue says which members
// events are known to have.
func New(catalogue *schemas.Catalogue, specs []judge.Spec) *Diagnosis {
	d := &Diagnosis{catalogue: catalogue, specs: map[string]judge.Spec{}, known: map[string]bool{}, proofs: map[string]Proof{}, tried: map[string]bool{}, refuted: map[string]bool{}, passing: map[string]bool{}, beside: map[string]judge.Outcome{}}
	for _, sp := range specs {
		d.specs[sp.ID] = sp
	}
	for _, v := range catalogue.All() {
		doc := decode(v.Event)
		know := func(parent, member string, _ any) { d.known[parent+"."+member] = true }
		walk(rootOf(doc), doc, know)
		switch v.Form {
		case schemas.FormEntry:
			walk("entry", doc, know)
		case schemas.FormValue, schemas.FormBody:
		default: // the list, where it is one of its own, whose name its events have then
			d.known["entry."+string(v.Form)] = true
			walk(inside("entry", string(v.Form)), doc, know)
		}
	}
	for _, name := range []string{"body.object", "body.entry", "entry.id", "entry.time", "entry.hop_context", "body.field", "body.value", "message.nlp"} {
		d.known[name] = true
	}
	return d
}

// Look is what judge.Env.Diagnose asks for: it looks for the causes of what is red by
// now, and tries them.
func (d *Diagnosis) Look(cases []judge.Case, try func(...judge.Spec) []judge.Outcome) {
	w := newWorld(cases, d.known)
	d.world = w
	var symptoms []symptom
	var ends []judge.Case
	for _, c := range cases {
		switch {
		case c.Finding == nil && !c.Blamed:
		case !c.Blamed && isEnd(c.Does):
			ends = append(ends, c)
		default:
			symptoms = append(symptoms, w.symptomOf(c))
		}
	}
	byID := map[string]judge.Case{}
	for _, c := range cases {
		byID[c.Requirement.ID] = c
	}
	d.partial = len(cases) <= len(d.specs)/2
	d.tryBeside(cases, try)
	var chosen []candidate
	for range mostRounds {
		chosen = w.withConsequences(w.cover(cases, symptoms, d.refuted, d.beside), byID)
		chosen = withEnds(ofTypes(d.nowAndThen(chosen), symptoms), ends, cases, byID)
		chosen = onlyRed(chosen, byID)
		if !d.prove(chosen, byID, try) {
			break
		}
	}
	var causes []Cause
	for _, c := range chosen {
		worded := cause(c, byID)
		if p, ok := d.proofs[c.key()]; ok {
			worded.Proof = p
		}
		// What ended it did so both times, in a process of its own; whether for the
		// trait shows in what did not end it.
		switch {
		case !c.ends(byID):
		case c.frame != nil, len(c.traits) == 0, !d.partial:
			worded.Proof = Experiment
		default:
			worded.Proof = Probable
		}
		causes = append(causes, worded)
	}
	d.causes = Weighed(causes)
}

// mostRounds is how often other causes are looked for where experiments show that some are
// none.
const mostRounds = 4

// onlyRed leaves out what ended the receiver and is not red, and causes that explain
// nothing else.
func onlyRed(chosen []candidate, byID map[string]judge.Case) []candidate {
	for i := range chosen {
		c := &chosen[i]
		c.killers = map[string]bool{}
		maps.DeleteFunc(c.explains, func(id string, _ bool) bool {
			if byID[id].Finding != nil {
				return false
			}
			c.killers[id] = true
			return true
		})
	}
	return slices.DeleteFunc(chosen, func(c candidate) bool { return len(c.explains) == 0 })
}

// Causes are those that were found, the ones of MUSTs first.
func (d *Diagnosis) Causes() []Cause { return d.causes }

// withEnds adds what ended the receiver: where a cause explains the request that
// ended it, the end is of that cause.
func withEnds(chosen []candidate, ends, cases []judge.Case, byID map[string]judge.Case) []candidate {
	for _, end := range ends {
		id := end.Requirement.ID
		// What Meta is known to send weighs more than what somebody might, and then what
		// ended it most often.
		best, most := -1, 0
		for i, c := range chosen {
			weight := 0
			for of := range c.explains {
				if slices.ContainsFunc(byID[of].Sent, func(s judge.Sent) bool { return ended(end, s.What) }) {
					weight++
					if byID[of].Requirement.Level == judge.Must {
						weight += len(cases)
					}
				}
			}
			if weight > most {
				best, most = i, weight
			}
		}
		if best >= 0 {
			c := &chosen[best]
			c.explains[id] = true
			if !isEnd(c.does) {
				c.id = string(end.Does) + c.id[strings.Index(c.id, "."):]
				c.does = end.Does
			}
			continue
		}
		c := sort{does: end.Does}.candidate(word(endedOf(end, cases)), rankSingle)
		c.explains[id] = true
		chosen = append(chosen, c)
	}
	return chosen
}

// ended reports whether this request ended the receiver.
func ended(end judge.Case, what string) bool {
	return slices.Contains(strings.Split(end.Finding.Stimulus, "; then "), what)
}

// endedOf is the id of the requirement whose request ended the receiver, or that of
// the end's own.
func endedOf(end judge.Case, cases []judge.Case) string {
	for _, c := range cases {
		for _, s := range c.Sent {
			if c.Requirement.ID != judge.Calibrating && ended(end, s.What) {
				return c.Requirement.ID
			}
		}
	}
	return end.Requirement.ID
}

// tail is a requirement's id without its topic and without the word for how far it
// goes.
func tail(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return strings.TrimSuffix(strings.TrimSuffix(rest, ".accepted"), ".understood")
}

// word stands for a requirement in the id of a cause.
func word(id string) string {
	if topic, _, _ := strings.Cut(id, "."); topic == "replay" || topic == expect.Topic { // whose words are others' too
		return strings.ReplaceAll(id, ".", "-")
	}
	return strings.ReplaceAll(tail(id), ".", "-")
}

func sortedIDs(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
