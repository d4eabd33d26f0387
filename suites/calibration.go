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
	// Quiet is how long silence has to last after an acknowledgement to prove that
	// nothing happened: three times the longest time from an acknowledgement to its
	// last evidence, at least Slowest and at least 150 ms.
	Quiet time.Duration
	// Sent counts the calibration's deliveries, Acknowledged those of them that
	// were answered with a 2xx status. If none was, the app secret or the URL is
	// probably wrong.
	Acknowledged, Sent int

	env     Env
	failure error // why the last delivery was not answered to the end
	// acknowledged is the shortest time to an acknowledgement, with no other
	// delivery beside it; 0 if there was none.
	acknowledged time.Duration

	// trailing is the longest time from an acknowledgement to its last evidence.
	trailing time.Duration

	probe   string                 // the variant whose handling shows; empty if none does
	replied string                 // the variant that brought a reply; empty if none did
	seen    map[kind]observation   // of the plainest event of each kind
	variant map[string]observation // of each variant that was sent
}

// observation is what one calibrating event brought.
type observation struct {
	variant string
	tally
	last  time.Duration // from the delivery to the last evidence
	trail time.Duration // from the acknowledgement to the last evidence
}

const (
	quietFloor = 150 * time.Millisecond
	// firstEvidence is how long calibration waits for a first sign of life;
	// some runtimes need seconds for their first answer.
	firstEvidence = 5 * time.Second
	// stragglers is how long it then waits for kinds that have not shown yet.
	stragglers = 500 * time.Millisecond
	// warmUp is the time to evidence beyond which a receiver may have been slow
	// for being new.
	warmUp = 500 * time.Millisecond
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

// Evident reports whether anything showed that the receiver handles events.
func (c Calibration) Evident() bool { return c.probe != "" }

// silence says that no evidence was seen, and what to do about it.
func (c Calibration) silence() string {
	return fmt.Sprintf("no evidence: the receiver sent no reply to %s and no receipt to %s",
		c.env.Platform.GraphURL(), c.env.Platform.ReceiptsURL())
}

// calibrate sends one correct event of each common kind, each from a person of
// its own, and waits for what comes back. A receiver whose first answers are
// slow is asked again: some runtimes warm up, and what counts is how long it
// takes afterwards.
func (e *engine) calibrate(ctx context.Context) (Calibration, error) {
	s := &Session{engine: e, requirement: Requirement{ID: "calibration"}}
	c := Calibration{env: e.env, seen: map[kind]observation{}, variant: map[string]observation{}}

	var variants []string
	for _, k := range calibrating {
		variants = append(variants, k.variant)
	}
	if e.env.Probe != "" && !slices.Contains(variants, e.env.Probe) {
		variants = append(variants, e.env.Probe)
	}
	if err := c.round(ctx, s, variants); err != nil {
		return c, err
	}
	if c.Slowest > warmUp {
		c.Slowest, c.trailing = 0, 0
		answered := slices.DeleteFunc(variants, func(v string) bool { return !c.variant[v].any() })
		if err := c.round(ctx, s, answered); err != nil {
			return c, err
		}
	}
	for _, k := range calibrating {
		c.seen[k.kind] = c.variant[k.variant]
	}
	if c.variant[e.env.Probe].any() {
		c.probe = e.env.Probe // the user knows the receiver better than we do
	}
	c.Quiet = e.env.wait(max(quietFloor, c.Slowest, 3*c.trailing))
	return c, nil
}

// round sends these variants and learns what they bring.
func (c *Calibration) round(ctx context.Context, s *Session, variants []string) error {
	var events []event.Event
	var sent []*Delivery
	for _, variant := range variants {
		ev, err := s.build(variant)
		if err != nil {
			return err
		}
		d, err := s.deliver(ctx, alone(ev))
		if err != nil {
			return err
		}
		events, sent = append(events, ev), append(sent, d)
		c.Sent++
		if acknowledged(d.Attempt) {
			c.Acknowledged++
			if took := d.Attempt.Timing.FirstByte; c.acknowledged == 0 || took < c.acknowledged {
				c.acknowledged = took
			}
		}
		c.failure = d.Attempt.Err
	}
	found, err := s.listen(ctx, events, c.settled(events))
	if err != nil {
		return err
	}
	for i, ev := range events {
		o := observation{variant: ev.Variant.ID, tally: found[i].tally()}
		for _, x := range found[i].all() {
			o.last = max(o.last, x.At.Sub(sent[i].Attempt.Started))
		}
		o.trail = max(0, o.last-sent[i].Attempt.Timing.Done)
		c.learn(o)
	}
	return nil
}

// learn takes in what one event brought.
func (c *Calibration) learn(o observation) {
	if o.any() || !c.variant[o.variant].any() {
		c.variant[o.variant] = o
	}
	c.Slowest = max(c.Slowest, o.last)
	c.trailing = max(c.trailing, o.trail)
	if o.replies > 0 {
		c.observe(Replies)
		if c.replied == "" {
			c.replied = o.variant
		}
	}
	if o.receipts > 0 {
		c.observe(Receipts)
	}
	if o.any() && c.probe == "" {
		c.probe = o.variant
	}
}

func (c *Calibration) observe(f Feature) {
	if !slices.Contains(c.Observed, f) {
		c.Observed = append(c.Observed, f)
	}
}

// settled decides how long a round listens after the latest evidence: until
// every declared kind of evidence is there and it has been quiet, or until it
// has waited long enough for a first sign.
func (c *Calibration) settled(events []event.Event) func([]evidence, time.Duration) time.Duration {
	env := c.env
	first := env.wait(firstEvidence)
	if c.Acknowledged == 0 {
		first = env.wait(stragglers) // what was refused is hardly at work
	}
	return func(found []evidence, slowest time.Duration) time.Duration {
		all, some := true, false
		for i, f := range found {
			some = some || f.tally().any()
			all = all && f.tally().any()
			own := read(events[i].JSON).kind != kindOther
			if own && env.declares(Replies) && len(f.replies) == 0 || own && env.declares(Receipts) && len(f.receipts) == 0 {
				return first
			}
			if f.typing && len(f.replies) == 0 {
				return first // it is writing
			}
		}
		switch {
		case all:
			return env.wait(max(quietFloor, slowest))
		case some:
			return env.wait(max(stragglers, slowest))
		}
		return first
	}
}

// String tells in one line what calibration learned.
func (c Calibration) String() string {
	var kinds []string
	for _, k := range calibrating {
		if o := c.seen[k.kind]; o.any() {
			kinds = append(kinds, fmt.Sprintf("%s with %s", o.variant, o.tally))
		}
	}
	switch {
	case c.Acknowledged == 0 && c.failure != nil:
		return fmt.Sprintf("none of %d correctly signed deliveries was acknowledged: %v", c.Sent, c.failure)
	case c.Acknowledged == 0:
		return fmt.Sprintf("none of %d correctly signed deliveries was acknowledged: are the URL and the app secret the receiver's?", c.Sent)
	case len(kinds) == 0:
		return c.silence()
	}
	return fmt.Sprintf("the receiver answers %s; the slowest evidence came after %s", strings.Join(kinds, ", "), round(c.Slowest))
}
