package diagnosis

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// consequences are requirements that are red because of another cause: only a receiver
// that waits for the Graph API before it acknowledges can refuse a delivery for what that
// answers.
var consequences = []struct {
	of           string // the id of the cause
	requirements []string
}{
	{untilDone, []string{"reply.*.acknowledged", "acknowledgement.graph-api-garbage", "acknowledgement.median", "acknowledgement.percentile-99"}},
	{whenAReplyFails, []string{"acknowledgement.median", "acknowledgement.percentile-99"}},
}

// untilDone is the cause of a receiver that acknowledges when its work is done, and
// whenAReplyFails that of one that refuses what it could not reply to, for which it has
// to wait as well.
const (
	untilDone       = "delays.until-the-work-is-done"
	whenAReplyFails = "refuses.when-a-reply-fails"
)

// nobody is the requirement that is red where a message has no recipient.
const nobody = "reply.somebody"

// withConsequences gives what follows from a cause to that cause.
func (w *world) withConsequences(chosen []candidate, byID map[string]judge.Case) []candidate {
	for _, known := range consequences {
		to := slices.IndexFunc(chosen, func(c candidate) bool { return c.id == known.of })
		if to < 0 {
			continue
		}
		of := chosen[to]
		chosen = slices.DeleteFunc(chosen, func(c candidate) bool {
			for id := range c.explains {
				follows := c.id == whenAReplyFails || matches(known.requirements, id) || late(c, byID[id])
				if c.id == known.of || !follows {
					return false
				}
			}
			maps.Copy(of.explains, c.explains)
			return true
		})
	}
	return w.withNobody(chosen, byID)
}

// late reports whether a delivery of several events was not acknowledged in time:
// each may be worked on before the acknowledgement.
func late(c candidate, o judge.Case) bool {
	return c.does == judge.Hangs && o.About >= 0 && o.Sent[o.About].Genuine && len(o.Sent[o.About].Events) > 1
}

// withNobody gives a message without a recipient to the cause that is about the sender of
// its event: code that reads an id that a sender does not have sends to nobody.
func (w *world) withNobody(chosen []candidate, byID map[string]judge.Case) []candidate {
	from := slices.IndexFunc(chosen, func(c candidate) bool { return len(c.explains) == 1 && c.explains[nobody] })
	if from < 0 {
		return chosen
	}
	red := byID[nobody]
	has := func(string) bool { return true } // it is not known of which event it came
	if red.About >= 0 && red.Event >= 0 {
		ts := w.ofEvent(red.Sent[red.About], red.Event)
		has = func(id string) bool { return ts[id] != nil }
	}
	to := slices.IndexFunc(chosen, func(c candidate) bool {
		return slices.ContainsFunc(c.traits, func(t *trait) bool {
			return t.change == absent && (t.at == "event.sender" || strings.HasPrefix(t.at, "sender.")) && has(t.id)
		})
	})
	if to < 0 {
		return chosen
	}
	maps.Copy(chosen[to].explains, chosen[from].explains)
	return slices.Delete(chosen, from, from+1)
}
