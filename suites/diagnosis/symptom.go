package diagnosis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// symptom is a red requirement, and the traits of what it was red about; or one that is
// not red, though it ended the receiver.
type symptom struct {
	judge.Case
	does   judge.Deed
	status int // of the answer that refused it; 0 for others
	// place is where the receiver's own code failed, with the exception; empty where
	// that is not known.
	place string
	frame trace.Frame
	// exception is its message.
	exception string
	traits    traits
}

// sort is what symptoms must have in common to be caused by one trait: the same deed,
// the same status, and where it is known the same place in the receiver's code.
type sort struct {
	does   judge.Deed
	status int
	place  string
}

func (s symptom) sort() sort { return sort{s.does, s.status, s.place} }

func (s symptom) id() string { return s.Requirement.ID }

// structural are the deeds that the structure of a delivery's body may cause.
var structural = []judge.Deed{
	judge.Refuses, judge.HangsUp, judge.Hangs, judge.Dies, judge.Jams, judge.Loses, judge.Misreads, judge.Misaddresses, judge.Repeats,
}

// bySequence are the topics whose requirements are about what was before, not about
// the body of one delivery.
var bySequence = []string{"redelivery", "reply", "handshake", "transport", "replay"}

// symptomOf makes a symptom of a red case.
func (w *world) symptomOf(c judge.Case) symptom {
	s := symptom{Case: c, does: c.Does, traits: traits{}}
	switch { // for whatever reason it was lost or refused
	case c.Jams:
		s.does = judge.Jams
	case c.Blamed:
		s.does = judge.Dies
	}
	for _, text := range own(c) {
		if e, top, ok := trace.First(text); ok && s.place == "" {
			s.place, s.frame, s.exception = fmt.Sprintf("%s:%d %s", top.File, top.Line, e.Name), top, e.Message
		}
	}
	if c.About < 0 {
		return s
	}
	sent := c.Sent[c.About]
	if s.does == judge.Refuses {
		s.status = sent.Status
	}
	sequence := slices.Contains(bySequence, c.Requirement.Topic()) && (c.Requirement.Topic() != "redelivery" || s.does != judge.Loses)
	if !sent.Genuine || !slices.Contains(structural, s.does) || sequence {
		return s
	}
	if c.Event >= 0 {
		s.traits = maps.Clone(w.ofEvent(sent, c.Event))
	} else {
		s.traits = maps.Clone(w.ofBody(sent))
	}
	for _, pointer := range c.Wrong {
		t := wrong(pointer)
		s.traits[t.id] = t
	}
	return s
}

// isEnd reports whether a receiver that does this answers nobody any more.
func isEnd(d judge.Deed) bool { return d == judge.Dies || d == judge.Jams }

// refusals are the deeds of a receiver that does not acknowledge.
var refusals = []judge.Deed{judge.Refuses, judge.HangsUp, judge.Hangs}

// own are the texts that tell of the delivery that a case is about, and of no other:
// its answer, and what the receiver wrote before that if nothing else was under way.
func own(c judge.Case) []string {
	switch {
	case c.Blamed: // what ended it was sent alone, twice
		return []string{c.Words}
	case c.About < 0 || !slices.Contains(refusals, c.Does):
		return nil
	case c.Sent[c.About].Alone && failed(c.Sent[c.About].Status):
		return []string{string(c.Sent[c.About].Answer), c.Finding.Output}
	}
	return []string{string(c.Sent[c.About].Answer)}
}

// failed reports whether a status says that the receiver's code failed. One that refuses
// the request has another status.
func failed(status int) bool { return status == 0 || status >= 500 }

// wrong is the trait of a stimulus in whose receipt this is not what came.
func wrong(pointer string) *trait {
	steps := strings.FieldsFunc(pointer, func(r rune) bool { return r == '/' })
	if len(steps) > 2 {
		steps = steps[len(steps)-2:]
	}
	name := strings.TrimSuffix(kindID(strings.Join(steps, "-")), "-ms")
	return &trait{
		id: name, rank: rankWrong,
		text: fmt.Sprintf("there is %s in the event", strings.TrimSuffix(strings.Join(steps, "."), "_ms")),
	}
}

// greens are the traits of all that contradicts a sort of symptom: what was handled as
// it should be.
func (w *world) greens(cases []judge.Case, does judge.Deed) []traits {
	var all []traits
	for _, c := range cases {
		if c.Requirement.Topic() == "robustness" {
			continue // what is nonsense may be taken or refused
		}
		for _, s := range c.Sent {
			odd := len(s.Events) == 0 && len(c.Sent) > 1 // which is not what was judged
			if _, bare := w.ofBody(s)["bare-form"]; !s.Genuine || odd || bare && does != judge.Loses {
				continue
			}
			switch does {
			case judge.Refuses, judge.HangsUp, judge.Hangs, judge.Dies, judge.Jams:
				if s.Acknowledged && (!isEnd(does) || s.Proved && !c.Blamed) {
					all = append(all, w.ofBody(s))
				}
			default:
				for i, e := range s.Events {
					if does == judge.Misreads && judge.Read(e.JSON).Kind == judge.KindOther {
						continue // of which a receipt says little
					}
					if contradicts(e, does) {
						all = append(all, w.ofEvent(s, i))
					}
				}
			}
		}
	}
	return all
}

// contradicts reports whether an event was handled as it should be, where a receiver is
// said to do this to it.
func contradicts(e judge.SentEvent, does judge.Deed) bool {
	switch does {
	case judge.Loses:
		return e.Handled
	case judge.Misreads:
		return e.Understood
	case judge.Misaddresses:
		return e.Addressed
	case judge.Repeats:
		return e.Counted
	}
	return false
}
