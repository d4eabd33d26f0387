package mockplatform

import (
	"cmp"
	"errors"
	"log/slog"
	"strconv"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
)

// follow lets happen what follows from a call of the Graph API: it is told to a
// receiver that has subscribed to it, in ordinary deliveries.
func (p *Platform) follow(e graph.Effect) {
	person, known := p.PersonByID(e.Person)
	if !known {
		return // of whom there would be nothing to say
	}
	switch e.Kind {
	case graph.Sent:
		problem, untold := p.loops.sent(person.Name, e, p.Now())
		if problem != "" {
			p.stopped(e, problem)
			return
		}
		p.resumed(person, untold)
		p.tellOf(person, e)
	case graph.Passed:
		// Only the new owner is told, and of all apps the receiver's alone is here:
		// https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing
		if e.Owner == p.opts.AppID {
			p.consequence(handover(person, "pass_thread_control", e))
		}
	case graph.Taken:
		p.consequence(handover(person, "take_thread_control", e))
	case graph.Unlinked:
		p.consequence(Emission{Person: person.Name, Variant: "account-linking.unlinked", Edits: named(person, "/sender")})
	}
}

// tellOf tells of a message of the receiver's own.
func (p *Platform) tellOf(person Person, e graph.Effect) {
	for _, emission := range receipts(person, e) {
		p.consequence(emission)
	}
}

// consequence emits what nobody did by hand. That nobody has subscribed to it is no
// problem.
func (p *Platform) consequence(e Emission) {
	e.follows = true
	_, _, err := p.take([]Emission{e})
	switch {
	case err == nil, errors.Is(err, ErrNotSubscribed), errors.Is(err, ErrNoReceiver), errors.Is(err, ErrDisabled), errors.Is(err, errClosed):
	default:
		p.opts.Logger.Log(p.life, slog.LevelWarn, "what follows from a call is not delivered", "variant", e.Variant, "person", e.Person, "error", err)
	}
}

// handover is the event about a thread that changed its owner. The types of the ids
// are those of Meta's samples.
func handover(person Person, member string, e graph.Effect) Emission {
	variant := map[string]string{"pass_thread_control": "handover.pass-null", "take_thread_control": "handover.take-from-nobody"}[member]
	at := "/" + member
	edits := append(named(person, "/sender"), event.Set(at+"/metadata", cmp.Or(string(e.Metadata), "null")))
	if e.Previous != "" {
		edits = append(edits, event.Set(at+"/previous_owner_app_id", strconv.Quote(e.Previous)))
	}
	if member == "pass_thread_control" {
		edits = append(edits, event.Set(at+"/new_owner_app_id", strconv.Quote(e.Owner)))
	}
	return Emission{Person: person.Name, Variant: variant, Edits: edits}
}

// named lets an event name a guest as the receiver knows one. A visitor has a
// page-scoped id as soon as there is a thread; that these events have it is inferred.
func named(person Person, role string) []event.Edit {
	if person.Kind != Guest {
		return nil
	}
	return []event.Edit{event.Set(role+"/id", strconv.Quote(person.GuestID))}
}
