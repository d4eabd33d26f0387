package suites

import (
	"context"
	"fmt"
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
	// Sent counts the calibration's deliveries, Acknowledged those of them that
	// were answered with a 2xx status. If none was, the app secret or the URL is
	// probably wrong.
	Acknowledged, Sent int

	env     Env
	probe   string                 // the variant whose handling shows; empty if none does
	replied string                 // the variant that brought a reply; empty if none did
	seen    map[kind]Observation   // of the plainest event of each kind
	variant map[string]Observation // of each variant that was sent
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
	s := &Session{engine: e, requirement: Requirement{ID: "calibration"}}
	c := Calibration{env: e.env, seen: map[kind]Observation{}, variant: map[string]Observation{}}

	var variants []string
	for _, k := range calibrating {
		variants = append(variants, k.variant)
	}
	if e.env.Probe != "" {
		variants = append(variants, e.env.Probe)
	}
	var events []event.Event
	var sent []*Delivery
	for _, variant := range variants {
		ev, err := s.build(variant)
		if err != nil {
			return c, err
		}
		events = append(events, ev)
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

	found, err := s.listen(ctx, events, e.settled(events, c.Acknowledged > 0))
	if err != nil {
		return c, err
	}
	for i, ev := range events {
		o := Observation{Variant: ev.Variant.ID, Replies: len(found[i].replies), Receipts: len(found[i].receipts)}
		for _, x := range slices.Concat(found[i].replies, found[i].receipts) {
			o.Last = max(o.Last, x.At.Sub(sent[i].Attempt.Started))
		}
		c.learn(o)
	}
	for _, k := range calibrating {
		c.seen[k.kind] = c.variant[k.variant]
	}
	if c.variant[e.env.Probe].answered() {
		c.probe = e.env.Probe // the user knows the receiver better than we do
	}
	c.Quiet = e.env.wait(max(quietFloor, 3*c.Slowest))
	return c, nil
}

// learn takes in what one event brought.
func (c *Calibration) learn(o Observation) {
	c.variant[o.Variant] = o
	c.Slowest = max(c.Slowest, o.Last)
	if o.Replies > 0 {
		c.observe(Replies)
		if c.replied == "" {
			c.replied = o.Variant
		}
	}
	if o.Receipts > 0 {
		c.observe(Receipts)
	}
	if o.answered() && c.probe == "" {
		c.probe = o.Variant
	}
}

func (c *Calibration) observe(f Feature) {
	if !slices.Contains(c.Observed, f) {
		c.Observed = append(c.Observed, f)
	}
}

// settled decides how long calibration listens: until every declared kind of
// evidence is there and a quiet period has passed, or until it has waited long
// enough for a first sign.
func (e *engine) settled(events []event.Event, acknowledged bool) func([]evidence, time.Duration) time.Duration {
	first := e.env.wait(firstEvidence)
	if !acknowledged {
		first = e.env.wait(stragglers) // what was refused is hardly at work
	}
	return func(found []evidence, slowest time.Duration) time.Duration {
		all, some := true, false
		for i, f := range found {
			n := len(f.replies) + len(f.receipts)
			some = some || n > 0
			all = all && n > 0
			own := read(events[i].JSON).kind != kindOther
			if own && e.env.declares(Replies) && len(f.replies) == 0 || own && e.env.declares(Receipts) && len(f.receipts) == 0 {
				return first
			}
			if f.typing && len(f.replies) == 0 {
				return first // it is writing
			}
		}
		switch {
		case all:
			return e.env.wait(max(quietFloor, 3*slowest))
		case some:
			return e.env.wait(max(stragglers, 3*slowest))
		}
		return first
	}
}

// String tells in one line what calibration learned.
func (c Calibration) String() string {
	var kinds []string
	for _, k := range calibrating {
		if o := c.seen[k.kind]; o.answered() {
			kinds = append(kinds, fmt.Sprintf("%s with %s", o.Variant, amounts(o.Replies, o.Receipts)))
		}
	}
	switch {
	case c.Acknowledged == 0:
		return fmt.Sprintf("none of %d correctly signed deliveries was acknowledged: are the URL and the app secret the receiver's?", c.Sent)
	case len(kinds) == 0:
		return c.silence()
	}
	return fmt.Sprintf("the receiver answers %s; the slowest evidence came after %s", strings.Join(kinds, ", "), round(c.Slowest))
}
