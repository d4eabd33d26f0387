package suites

import (
	"context"
	"net/http"

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
		{"signature.forged-undeclared", "A forged delivery without a Content-Type is not handled", ordinary, []fault.Fault{fault.ContentType("")}},
		{"signature.forged-put", "A forged delivery that comes by PUT is not handled", ordinary, []fault.Fault{fault.Method(http.MethodPut)}},
		{"signature.forged-patch", "A forged delivery that comes by PATCH is not handled", ordinary, []fault.Fault{fault.Method(http.MethodPatch)}},
		{"signature.forged-chunked", "A forged delivery that comes in chunks is not handled", ordinary, []fault.Fault{fault.Chunked(64)}},
		{"signature.forged-large", "A forged delivery of 150 KiB is not handled", large, nil},
		{"signature.forged-instagram", "A forged delivery for an Instagram account is not handled", forInstagram, nil},
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

	spec(Requirement{
		ID: "signature.of-nothing", Level: Must, Basis: Security,
		Title:  "A delivery with the signature of an empty body is not handled",
		Source: sourceSignature,
		Why:    "Where something else has read the body already, a check hashes nothing; what it then takes for right is the same for every delivery.",
		Remedy: "Keep the raw body where it is first read, and hash that.",
		Needs:  []need{judge.ARefusal},
	}, func(ctx context.Context, s *session) {
		s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), fault.SignatureOf(secretOf(s), nil))))
	})
}

// forInstagram is an ordinary event in an envelope of Instagram's.
func forInstagram(s *session) stimulus {
	return enveloped(s, s.Event(s.Probe()), "for an Instagram account", event.Set("/object", `"instagram"`))
}

// besideChanges is an ordinary event in an entry that has changes too.
func besideChanges(s *session) stimulus {
	return enveloped(s, s.Event(s.Probe()), "with changes beside it", event.Set("/entry/0/changes", `[{"field":"feed","value":{"item":"status","verb":"add"}}]`))
}
