package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// unlike are forged deliveries that differ from the ordinary one in what a check of
// the signature may be bound to: the Content-Type that a parser is chosen by, the
// method, the size, the object, what else stands in the entry. Meta sends some of
// them and not others; a stranger sends whatever is not checked.
func unlike(spec register) {
	ordinary := func(s *session) stimulus { return judge.Alone(s.Event(s.Probe())) }
	for _, c := range []struct {
		id, title string
		stimulus  func(*session) stimulus
		faults    []fault.Fault
	}{
		{"signature.forged-text", "A forged delivery that is declared as text/plain is not handled", ordinary, []fault.Fault{fault.ContentType("text/plain")}},
		{"signature.forged-form", "A forged delivery that is declared as a form is not handled", ordinary, []fault.Fault{fault.ContentType("application/x-www-form-urlencoded")}},
		{"signature.forged-octets", "A forged delivery that is declared as octets is not handled", ordinary, []fault.Fault{fault.ContentType("application/octet-stream")}},
		{"signature.forged-undeclared", "A forged delivery without a Content-Type is not handled", ordinary, []fault.Fault{fault.ContentType("")}},
		{"signature.forged-put", "A forged delivery that comes by PUT is not handled", ordinary, []fault.Fault{fault.Method(http.MethodPut)}},
		{"signature.forged-patch", "A forged delivery that comes by PATCH is not handled", ordinary, []fault.Fault{fault.Method(http.MethodPatch)}},
		{"signature.forged-delete", "A forged delivery that comes by DELETE is not handled", ordinary, []fault.Fault{fault.Method(http.MethodDelete)}},
		{"signature.forged-chunked", "A forged delivery that comes in chunks is not handled", ordinary, []fault.Fault{fault.Chunked(64)}},
		{"signature.forged-large", "A forged delivery of 150 KiB is not handled", large, nil},
		{"signature.forged-mebibyte", "A forged delivery of more than 1 MiB is not handled", func(s *session) stimulus {
			return enveloped(s, s.Event(s.Probe()), "in a body of more than 1 MiB", event.Set("/"+future, quoted(strings.Repeat("x", 1<<20))))
		}, nil},
		{"signature.forged-batch", "A forged delivery of several events is not handled", func(s *session) stimulus {
			return s.Batch(1, s.Event(s.Probe()), s.Event(s.Probe()), s.Event(s.Probe()))
		}, nil},
		{"signature.forged-instagram", "A forged delivery for an Instagram account is not handled", forInstagram, nil},
		{"signature.forged-in-changes", "A forged delivery whose event stands in changes is not handled", inChanges, nil},
		{"signature.forged-changes", "A forged delivery that has changes beside its event is not handled", besideChanges, nil},
	} {
		spec(Requirement{
			ID: c.id, Level: Must, Basis: Security, Title: c.title, Source: sourceSignature,
			Why:    "A check that is made for the ordinary delivery alone is no check: a stranger chooses what his delivery looks like.",
			Remedy: "Check the signature of the raw body first, of every request that can bring an event, whatever its method, its Content-Type, its size and its contents are.",
			Needs:  []need{judge.ARefusal},
		}, func(ctx context.Context, s *session) {
			st := c.stimulus(s)
			st.Faults = append([]fault.Fault{fault.SignWith("another secret", stranger)}, c.faults...)
			s.Verify(s.NotHandled(ctx, s.Send(ctx, st)))
		})
	}

	forgedKinds(spec)
	afterForged(spec)

	spec(Requirement{
		ID: "signature.of-nothing", Level: Must, Basis: Security,
		Title:  "A delivery with the signature of an empty body is not handled",
		Source: sourceSignature,
		Why:    "Where something else has read the body already, a check hashes nothing; what it then takes for right is the same for every delivery.",
		Remedy: "Keep the raw body where it is first read, and hash that.",
		Needs:  []need{judge.ARefusal},
	}, func(ctx context.Context, s *session) {
		s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), fault.SignatureOf(secretOf(s, nil), nil))))
	})
}

// forgedKinds is about the kinds of events that calibration saw answered: who has a handler
// for each may have a check in some of them.
func forgedKinds(spec register) {
	spec(Requirement{
		ID: "signature.forged-kinds", Level: Must, Basis: Security,
		Title:  "A forged message, postback or referral is not handled, whichever it is",
		Source: sourceSignature,
		Why:    "A check that stands in the handler of one kind of event is missing in that of another.",
		Remedy: "Check the signature of the raw body first, before it is known what is in it.",
		Needs:  []need{judge.ARefusal},
	}, func(ctx context.Context, s *session) {
		for _, variant := range s.Calibration().Answered() {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, variant, fault.SignWith("another secret", stranger))))
		}
		s.Verify(nil)
	})
}

// afterForged is about a genuine delivery after many forged ones at once.
func afterForged(spec register) {
	const many = 30
	spec(Requirement{
		ID: "signature.after-forged", Level: Should, Basis: Security,
		Title:  fmt.Sprintf("After %d forged deliveries at once a genuine one is handled", many),
		Source: sourceSignature,
		Why:    "Who bans the sender of forged deliveries by its address bans the proxy that all deliveries come through, Meta's among them; a stranger can then cut the page off.",
		Remedy: "Refuse what is forged, and nothing else. Limit by address only what stands in front of every proxy.",
		Needs:  []need{judge.ARefusal, judge.AnAcknowledgement},
		Phase:  judge.Occupying,
	}, func(ctx context.Context, s *session) {
		var f *Finding
		for range 2 { // by itself: judged once more, a fence would stand behind each of them
			var forged []stimulus
			for range many {
				st := judge.Alone(s.Event(s.Probe()))
				st.Faults = []fault.Fault{fault.SignWith("another secret", stranger)}
				forged = append(forged, st)
			}
			s.SendTogether(ctx, forged...)
			st := judge.Alone(s.Event(s.Plainest()))
			st.What = fmt.Sprintf("%s, after %d forged deliveries", st.Describe(), many)
			if f = s.Genuine(ctx, s.Send(ctx, st)).Confirmed(); f == nil {
				break
			}
		}
		s.Verify(f)
	})
}

// forInstagram is an ordinary event in an envelope of Instagram's.
func forInstagram(s *session) stimulus {
	return enveloped(s, s.Event(s.Probe()), "for an Instagram account", event.Set("/object", `"instagram"`))
}

// inChanges is an ordinary event where the dashboard puts it: in changes, and not in
// messaging.
func inChanges(s *session) stimulus {
	ev := s.Event(s.Probe())
	change := []byte(`{"field":"messaging_postbacks","value":` + string(ev.JSON) + `}`)
	return s.Wrap(ev.Variant.ID+", in changes", []event.Event{ev}, event.Entry{ID: ev.Account(), Time: ev.At.UnixMilli(), Changes: []json.RawMessage{change}})
}

// besideChanges is an ordinary event in an entry that has changes too.
func besideChanges(s *session) stimulus {
	return enveloped(s, s.Event(s.Probe()), "with changes beside it", event.Set("/entry/0/changes", `[{"field":"feed","value":{"item":"status","verb":"add"}}]`))
}
