package suites

import (
	"context"
	"fmt"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// heldBack are about what a receiver that Referee started takes for a delivery and does
// not give back.
func heldBack(spec register) {
	for _, c := range []struct {
		id, what, why, remedy string
		// more reports whether it is much more than before.
		more func(before, after judge.Holdings) bool
		text func(judge.Holdings) string
	}{
		{
			"open-files", "not many more files open",
			"A file or a connection that is not closed with each delivery ends the receiver some days later, when it may open no more.",
			"Close what you open: the bodies of answers to your calls, connections to the database, files.",
			func(before, after judge.Holdings) bool { return after.OpenFiles-before.OpenFiles >= givenBack/2 },
			func(h judge.Holdings) string { return fmt.Sprintf("%d open files", h.OpenFiles) },
		},
		{
			"memory", "not much more memory",
			"Memory that each delivery takes and none gives back ends the receiver some days later, at the worst moment: in a burst.",
			"Bound what you remember, and the queue of what is still to be done; look for lists that only grow.",
			func(before, after judge.Holdings) bool {
				return after.Memory-before.Memory >= memoryMost && after.Memory >= 2*before.Memory
			},
			func(h judge.Holdings) string { return fmt.Sprintf("%d MB of memory", h.Memory>>20) },
		},
	} {
		spec(Requirement{
			ID: "acknowledgement." + c.id, Level: Should, Basis: Observed,
			Title:  fmt.Sprintf("After %d deliveries a receiver has %s than before", givenBack, c.what),
			Source: Source{URL: sourceLatency.URL}, Why: c.why, Remedy: c.remedy,
			Needs: []need{judge.AnAcknowledgement, holdingsKnown},
			Phase: judge.Occupying,
		}, func(ctx context.Context, s *session) {
			held, known := looked(ctx, s)
			if !known {
				s.Unjudged("nothing told what the receiver holds")
			}
			if c.more(held[0], held[1]) {
				s.Verify((&Finding{
					Stimulus: fmt.Sprintf("message.text, %d times, %d at once", givenBack, crowdMost),
					Expected: "about " + c.text(held[0]) + ", as before", Actual: c.text(held[1]),
				}).As(judge.Keeps))
			}
			s.Verify(nil)
		})
	}
}

// looked is what the receiver holds before many deliveries and after them, when it is done
// with them; false where nothing tells. Specs share it.
func looked(ctx context.Context, s *session) (held [2]judge.Holdings, known bool) {
	const name = "holdings"
	if held, ok := s.Shared(name).([2]judge.Holdings); ok && !s.Again() {
		return held, true
	}
	if held[0], known = s.Holds(); !known {
		return held, false
	}
	var sent []*judge.Delivery
	for range givenBack / crowdMost {
		sent = append(sent, atOnce(ctx, s, crowdMost)...)
	}
	s.Drain(ctx, sent...)
	held[1], known = s.Holds()
	if known {
		s.Share(name, held)
	}
	return held, known
}

const (
	// givenBack is how many deliveries there are between two looks at what a receiver holds.
	givenBack = 300
	// memoryMost is by how many bytes a receiver may grow in between. Runtimes take much at
	// once and give it back late.
	memoryMost = 256 << 20
)

// holdingsKnown is for requirements about what a receiver has of the machine.
var holdingsKnown = need{
	Text: "Referee started the receiver by --command, on Linux",
	Unmet: func(c Calibration) string {
		if p := c.Env().Process; p == nil || p.Holds == nil {
			return "Referee did not start the receiver by --command"
		} else if _, known := p.Holds(); !known {
			return "this machine does not tell what the receiver holds"
		}
		return ""
	},
}
