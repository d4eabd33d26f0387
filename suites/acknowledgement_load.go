package suites

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// onLine is the number of deliveries on one kept connection.
const onLine = 5

// loads are several deliveries at once, or one after the other in one connection.
func loads(spec register) {
	spec(Requirement{
		ID: "acknowledgement.together", Level: Must, Basis: Documented,
		Title:  "Ten deliveries at once are all acknowledged",
		Source: sourceAcknowledge,
		Why:    "Meta does not wait for one acknowledgement before it sends the next event of somebody else.",
		Remedy: "Serve requests side by side, or answer each so soon that a queue does not matter.",
	}, func(ctx context.Context, s *session) {
		var stimuli []stimulus
		for range 10 {
			st := judge.Alone(s.Event("message.text"))
			st.What = "message.text, ten times at once"
			stimuli = append(stimuli, st)
		}
		for _, d := range s.SendTogether(ctx, stimuli...) {
			s.Verify(s.Acknowledged(d))
		}
	})

	spec(Requirement{
		ID: "acknowledgement.kept-connection", Level: Should, Basis: Observed,
		Title:  "Deliveries on one connection, one after the other, are all acknowledged",
		Source: Source{URL: wireRFC + "#section-9.3"},
		Why:    "Proxies in front of a receiver keep connections; one that leaves something of a request unread takes it for the beginning of the next.",
		Remedy: "Read each body to its end; where you do not want a connection to be kept, say so with Connection: close.",
	}, func(ctx context.Context, s *session) {
		line := &delivery.Line{}
		defer line.Close()
		var stimuli []stimulus
		for i := range onLine {
			st := judge.Alone(s.Event(s.Plainest()))
			st.What = fmt.Sprintf("%s, number %d", st.Describe(), i+1)
			st.Faults = []fault.Fault{fault.Kept(line)}
			stimuli = append(stimuli, st)
		}
		for _, d := range s.SendInTurn(ctx, stimuli...) {
			s.Verify(s.Acknowledged(d))
		}
	})

	bursts(spec)
}

// sizes are deliveries that are large.
func sizes(spec register) {
	spec(Requirement{
		ID: "acknowledgement.large-body", Level: Should, Basis: Observed,
		Title:  "A delivery of 150 KiB is accepted",
		Source: sourceLarge,
		Why:    "Deliveries of more than 300 KB were seen. A limit of 100 KiB, the default of common frameworks, refuses them, and Meta sends them again and again.",
		Remedy: "Raise the body limit to 1 MiB or more.",
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Genuine(ctx, s.Send(ctx, large(s))))
	})

	spec(Requirement{
		ID: "acknowledgement.mebibyte", Level: Should, Basis: Observed,
		Title:  "A delivery of 1 MiB is accepted",
		Source: sourceLarge,
		Why:    "A service in the field had to raise its limit twice, to 1 MiB in the end, and for WhatsApp Meta documents deliveries of up to 3 MB. What is refused comes again and again.",
		Remedy: "Raise the body limit to 3 MB, in the framework and in what stands in front of it.",
	}, func(ctx context.Context, s *session) {
		const envelope = 1 << 10 // what stands around the text, at most
		text := `"` + strings.Repeat("long words ", (1<<20-envelope)/11) + `"`
		ev := s.Event("message.text", event.Set("/message/text", text))
		st := judge.Alone(ev)
		st.What = ev.Variant.ID + " with a text of almost 1 MiB"
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

	spec(Requirement{
		ID: "acknowledgement.batch-of-1000", Level: Should, Basis: Documented,
		Title:  "A delivery of 1000 events is acknowledged",
		Source: sourceBatch,
		Why:    "Meta batches up to 1000 updates, most likely when there is much to do anyway; a receiver that works through them before it answers misses the deadline, and gets all of them again.",
		Remedy: "Put the delivery into a queue as it is, and acknowledge it before you look at its events.",
		Phase:  judge.Parting,
	}, func(ctx context.Context, s *session) {
		var events []event.Event
		for range event.MaxPerDelivery - 1 {
			events = append(events, s.Event("read.watermark"))
		}
		if first := s.First(); first != nil { // see redelivery.at-the-end
			events = append(events, first.Events[0])
		}
		d := s.Send(ctx, s.Batch(10, events...))
		s.Share(lastAgain, d)
		s.Verify(s.Acknowledged(d))
	})
}

// large is an ordinary event with a long text.
func large(s *session) stimulus {
	ev := saying(s, strings.Repeat("long words ", 150<<10/11))
	st := judge.Alone(ev)
	st.What = ev.Variant.ID + " with a text of 150 KiB"
	return st
}
