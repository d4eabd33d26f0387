package suites

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Calibration is what the first act of a run learned about a receiver: which
// events it answers, how often, and how long that takes. Requirements assume
// nothing that is not in it.
type Calibration struct {
	// Observed are the features that the receiver showed.
	Observed []Feature
	// Slowest is the longest time from a delivery to its last evidence.
	Slowest time.Duration
	// Quiet is how long silence has to last to prove that nothing happened:
	// three times Slowest, at least 150 ms.
	Quiet time.Duration
	// Acknowledged counts the calibration's deliveries that were answered with
	// a 2xx status; Sent counts all of them. None acknowledged out of several
	// points to a wrong app secret or a wrong URL.
	Acknowledged, Sent int

	env     Env
	probe   string // the variant whose handling shows; empty if none does
	replied string // the variant that brought a reply; empty if none did
	seen    map[kind]Observation
}

// Observation is what one calibrating event brought.
type Observation struct {
	Variant           string
	Replies, Receipts int
	Last              time.Duration // from the delivery to the last evidence
}

func (o Observation) answered() bool { return o.Replies > 0 || o.Receipts > 0 }

const (
	quietFloor = 150 * time.Millisecond
	// firstEvidence is how long calibration waits for a first sign of life;
	// some runtimes need seconds for their first answer.
	firstEvidence = 5 * time.Second
	// stragglers is how long it then waits for kinds that have not shown yet.
	stragglers = 500 * time.Millisecond
)

// calibrating lists the events of the first act: the plainest of each common
// kind. The order is also the order of preference for the probe.
var calibrating = []struct {
	kind    kind
	variant string
}{
	{kindPostback, "postback.get-started"},
	{kindReferral, "referral.shortlink"},
	{kindOther, "message.text"},
}

// has reports whether a feature is declared or was observed.
func (c Calibration) has(f Feature) bool {
	return c.env.declares(f) || slices.Contains(c.Observed, f)
}

// Features are the declared and the observed features, sorted.
func (c Calibration) Features() []Feature {
	all := slices.Concat(c.env.Features, c.Observed)
	slices.Sort(all)
	return slices.Compact(all)
}

// silence says that no evidence was seen, and what to do about it.
func (c Calibration) silence() string {
	return fmt.Sprintf("no evidence: the receiver sent no reply to %s and no receipt to %s",
		c.env.Platform.GraphURL(), c.env.Platform.ReceiptsURL())
}

// calibrate sends one correct event of each common kind, each from a person of
// its own, and waits for what comes back.
func (e *engine) calibrate(ctx context.Context) (Calibration, error) {
	s := &Session{engine: e, requirement: Requirement{ID: "calibration"}, unjudged: true}
	c := Calibration{env: e.env, seen: map[kind]Observation{}}

	stimuli := map[kind]string{}
	for _, k := range calibrating {
		stimuli[k.kind] = k.variant
	}
	var events []event.Event
	var sent []*Delivery
	for _, k := range calibrating {
		ev, err := s.build(k.variant)
		if err != nil {
			return c, err
		}
		events = append(events, ev)
	}
	if e.env.Probe != "" {
		ev, err := s.build(e.env.Probe)
		if err != nil {
			return c, err
		}
		events = append(events, ev)
	}
	for _, ev := range events {
		d, err := s.deliver(ctx, alone(ev))
		if err != nil {
			return c, err
		}
		sent = append(sent, d)
		c.Sent++
		if acknowledged(d.Attempt) {
			c.Acknowledged++
		}
	}

	found, err := s.listen(ctx, events, e.settled(events))
	if err != nil {
		return c, err
	}
	observed := map[Feature]bool{}
	for i, ev := range events {
		got := found[i]
		o := Observation{Variant: ev.Variant.ID, Replies: len(got.replies), Receipts: len(got.receipts)}
		for _, x := range slices.Concat(got.replies, got.receipts) {
			o.Last = max(o.Last, x.At.Sub(sent[i].Attempt.Started))
		}
		observed[Replies] = observed[Replies] || o.Replies > 0
		observed[Receipts] = observed[Receipts] || o.Receipts > 0
		c.Slowest = max(c.Slowest, o.Last)
		if o.Replies > 0 && c.replied == "" {
			c.replied = o.Variant
		}
		if i < len(calibrating) {
			c.seen[calibrating[i].kind] = o
			if o.answered() && c.probe == "" {
				c.probe = o.Variant
			}
		} else if o.answered() {
			c.probe = o.Variant // the user knows the receiver better than we do
		}
	}
	c.Observed = slices.Sorted(maps.Keys(observed))
	c.Observed = slices.DeleteFunc(c.Observed, func(f Feature) bool { return !observed[f] })
	c.Quiet = e.env.wait(max(quietFloor, 3*c.Slowest))
	return c, nil
}

// settled decides how long calibration listens: until every declared kind of
// evidence is there and a quiet period has passed, or until it has waited long
// enough for a first sign.
func (e *engine) settled(events []event.Event) func([]evidence, time.Duration) time.Duration {
	return func(found []evidence, slowest time.Duration) time.Duration {
		all, some := true, false
		for i, f := range found {
			n := len(f.replies) + len(f.receipts)
			some = some || n > 0
			all = all && n > 0
			own := read(events[i].JSON).kind != kindOther
			if own && e.env.declares(Replies) && len(f.replies) == 0 || own && e.env.declares(Receipts) && len(f.receipts) == 0 {
				return e.env.wait(firstEvidence)
			}
			if f.typing && len(f.replies) == 0 {
				return e.env.wait(firstEvidence) // it is writing
			}
		}
		switch {
		case all:
			return e.env.wait(max(quietFloor, 3*slowest))
		case some:
			return e.env.wait(max(stragglers, 3*slowest))
		}
		return e.env.wait(firstEvidence)
	}
}

// String tells in one line what calibration learned.
func (c Calibration) String() string {
	var kinds []string
	for _, k := range calibrating {
		if o := c.seen[k.kind]; o.answered() {
			kinds = append(kinds, fmt.Sprintf("%s (%d replies, %d receipts)", o.Variant, o.Replies, o.Receipts))
		}
	}
	if len(kinds) == 0 {
		return c.silence()
	}
	return fmt.Sprintf("answers %s; slowest after %s", strings.Join(kinds, ", "), c.Slowest.Round(time.Millisecond))
}
