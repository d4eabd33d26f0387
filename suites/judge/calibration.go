package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Calibration is what the first act of a run learned about a receiver: which
// events it answers, how often, and how long that takes. Requirements assume
// nothing that is not in it. It measures; it sets no deadline by which evidence
// counts.
type Calibration struct {
	// Observed are the features that the receiver showed.
	Observed []Feature
	// Slowest is the longest time from a delivery to its evidence.
	Slowest time.Duration
	// Sent counts the calibration's correct deliveries, Acknowledged those of them
	// that were answered with a 2xx status.
	Acknowledged, Sent int
	// Handshake is the verification request with the right token, Deliveries are the
	// correct deliveries, as they were answered.
	Handshake  delivery.Attempt
	Deliveries []delivery.Attempt
	// Challenge is what the handshake had to be answered with.
	Challenge string

	env     Env
	refuses bool // a delivery without a signature, and one with a wrong one, was refused with 4xx
	storms  bool // it goes on sending for one event
	// acknowledged is the shortest time to an acknowledgement, with no other
	// delivery beside it; 0 if there was none.
	acknowledged time.Duration
	usual        time.Duration // the shortest time to evidence

	probe   string                 // the variant whose handling shows; empty if none does
	replied string                 // the variant that brought a reply; empty if none did
	seen    map[Kind]Observation   // of the plainest event of each kind
	variant map[string]Observation // of each variant that was sent
}

// Observation is what one calibrating event brought.
type Observation struct {
	Variant string
	Tally
	last time.Duration // from the delivery to the evidence
}

const (
	// firstEvidence is how long calibration waits for a first sign of life: a bot
	// that asks a language model answers after 20 s.
	firstEvidence = 25 * time.Second
	// unheard is the same for a receiver that cannot reach the platform.
	unheard = time.Second
	// stragglers is how long it then waits at least for kinds that have not shown.
	stragglers = 500 * time.Millisecond
	// warmUp is the time to evidence beyond which a receiver may have been slow
	// for being new.
	warmUp = 500 * time.Millisecond
	// unhurried is the time to an acknowledgement from which on deliveries one
	// after the other would take too long: a run has hundreds of them.
	unhurried = 20 * time.Millisecond
	// storm is how many messages for one event are no answer any more.
	storm = 20
)

// calibrating lists the events of the first act: the plainest of each common
// kind. The order is also the order of preference for the probe.
var calibrating = []struct {
	kind    Kind
	variant string
}{
	{KindPostback, "postback.get-started"},
	{KindReferral, "referral.shortlink"},
	{KindOther, "message.text"},
}

// Has reports whether a feature is declared or was observed.
func (c Calibration) Has(f Feature) bool {
	return c.env.declares(f) || slices.Contains(c.Observed, f)
}

// Declares reports whether the user declared a feature.
func (c Calibration) Declares(f Feature) bool { return c.env.declares(f) }

// Env is what the run knew before it began.
func (c Calibration) Env() Env { return c.env }

// Features are the declared and the observed features, sorted.
func (c Calibration) Features() []Feature {
	all := slices.Concat(c.env.Features, c.Observed)
	slices.Sort(all)
	return slices.Compact(all)
}

// Evident reports whether anything showed that the receiver handles events.
func (c Calibration) Evident() bool { return c.probe != "" }

// Probe is the variant whose handling shows; empty if none does.
func (c Calibration) Probe() string { return c.probe }

// Replied is the variant that brought a reply; empty if none did.
func (c Calibration) Replied() string { return c.replied }

// Seen is what the plainest event of a kind brought.
func (c Calibration) Seen(k Kind) Observation { return c.seen[k] }

// SeenOf is what a variant brought that calibration sent.
func (c Calibration) SeenOf(variant string) Observation { return c.variant[variant] }

// ToAcknowledge is the shortest time to an acknowledgement.
func (c Calibration) ToAcknowledge() time.Duration { return c.acknowledged }

// exclusive reports whether specs can have the receiver to themselves while they
// send: not one that takes long to acknowledge, or acknowledges nothing.
func (c Calibration) exclusive() bool { return c.Acknowledged > 0 && c.acknowledged < unhurried }

func (c Calibration) plainest() string {
	for _, k := range calibrating {
		if c.seen[k.kind].Any() {
			return k.variant
		}
	}
	if c.probe != "" {
		return c.probe
	}
	return calibrating[len(calibrating)-1].variant
}

// silence says that no evidence was seen, and where it was looked for.
func (c Calibration) silence() string {
	return fmt.Sprintf("no evidence: the receiver sent no reply to %s and no receipt to %s",
		c.env.Platform.GraphURL(), c.env.Platform.ReceiptsURL())
}

// calibrate sends one correct event of each common kind, each from a person of
// its own, and waits for what comes back. A receiver whose first answers are
// slow is asked again: some runtimes warm up, and what counts is how long it
// takes afterwards.
func (e *engine) calibrate(ctx context.Context) (Calibration, error) {
	c := Calibration{env: e.env, seen: map[Kind]Observation{}, variant: map[string]Observation{}}
	s := &Session{engine: e, requirement: Requirement{ID: "calibration"}, trial: &trial{}}
	if err := e.shake(ctx, s, &c); err != nil {
		return c, err
	}
	var variants []string
	for _, k := range calibrating {
		variants = append(variants, k.variant)
	}
	if e.env.Probe != "" && !slices.Contains(variants, e.env.Probe) {
		variants = append(variants, e.env.Probe)
	}
	if err := e.round(ctx, s, &c, variants); err != nil {
		return c, err
	}
	for _, k := range calibrating {
		c.seen[k.kind] = c.variant[k.variant]
	}
	if first := c.Slowest; c.probe != "" && first > warmUp {
		c.Slowest = 0
		if err := e.round(ctx, s, &c, []string{c.plainest()}); err != nil {
			return c, err
		}
		if c.Slowest > first/2 { // it was no warm-up
			c.Slowest = max(c.Slowest, first)
		}
	}
	if c.variant[e.env.Probe].Any() {
		c.probe = e.env.Probe // the user knows the receiver better than we do
	}
	if c.probe == "" && c.Acknowledged > 0 {
		if err := e.unsigned(ctx, s, &c); err != nil {
			return c, err
		}
	}
	e.begin(c)
	return c, nil
}

// begin makes the ledger fit for what calibration learned.
func (e *engine) begin(c Calibration) {
	l := e.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range calibrating {
		if c.seen[k.kind].Any() {
			l.fences = append(l.fences, fence{k.kind, k.variant})
		}
	}
	switch {
	case len(l.fences) > 0:
	case c.probe != "":
		l.fences = []fence{{KindOther, c.probe}}
		if v, ok := e.env.Catalogue.ByID(c.probe); ok {
			l.fences[0].kind = Read(v.Event).Kind
		}
	case c.Acknowledged > 0:
		l.fences = []fence{{KindOther, c.plainest()}}
		l.pace.byAcknowledgement = true
	}
	l.pace.usual, l.pace.window, l.pace.serial = c.usual, windowFirst, c.exclusive() && c.Acknowledged > 0
	if l.pace.byAcknowledgement {
		l.pace.usual = c.acknowledged
	}
	if l.fences == nil { // nothing is ever accepted, which need not take long
		l.pace.window = windowMost
	}
	l.open, l.unproved = nil, nil
	l.recent = nil
	l.measured(c.Slowest)
	l.late = c.Slowest
	l.gap = min(l.gap, c.Slowest)
	l.progress = time.Now()
	e.incident = nil
}

// shake sends the right verification request.
func (e *engine) shake(ctx context.Context, s *Session, c *Calibration) error {
	c.Challenge = "1158201444"
	d, err := s.ask(ctx, Question{What: "verification request with the right token", Query: []mockwire.Field{
		{Name: "hub.mode", Value: "subscribe"},
		{Name: "hub.challenge", Value: c.Challenge},
		{Name: "hub.verify_token", Value: e.env.Platform.Options().VerifyToken},
	}}, &request{})
	if err != nil {
		return err
	}
	c.Handshake = d.Attempt
	return e.mend(ctx, d.What)
}

// mend brings a receiver back that ended while it was calibrated.
func (e *engine) mend(ctx context.Context, last string) error {
	if e.env.Process != nil {
		select {
		case <-e.env.Process.Exited():
			e.raise(&incident{how: "ended"})
		default:
		}
	}
	e.ledger.mu.Lock()
	inc := e.incident
	e.ledger.mu.Unlock()
	if inc == nil {
		return nil
	}
	if !e.recover(ctx, inc, last) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return e.lifeline.gone()
	}
	e.deaths = append(e.deaths, death{how: inc.how, jam: inc.jam, last: last})
	return nil
}

// round sends these variants and learns what they bring.
func (e *engine) round(ctx context.Context, s *Session, c *Calibration, variants []string) error {
	var sent []*Delivery
	for _, variant := range variants {
		ev, err := s.build(variant)
		if err != nil {
			return err
		}
		d, err := s.post(ctx, Alone(ev), &request{})
		if err != nil {
			return err
		}
		sent = append(sent, d)
		c.Sent++
		c.Deliveries = append(c.Deliveries, d.Attempt)
		if Acknowledged(d.Attempt) {
			c.Acknowledged++
			if took := d.Attempt.Timing.FirstByte; c.acknowledged == 0 || took < c.acknowledged {
				c.acknowledged = took
			}
		}
		if err := e.mend(ctx, d.What); err != nil {
			return err
		}
	}
	arrived, err := e.listen(ctx, c, sent)
	if err != nil {
		return err
	}
	for i, d := range sent {
		o := Observation{Variant: d.Events[0].Variant.ID, Tally: s.evidenceFor(d.Events)[0].tally()}
		if !arrived[i].IsZero() {
			o.last = arrived[i].Sub(d.request.began)
		}
		c.learn(o)
	}
	return nil
}

// listen waits for the evidence of deliveries, and returns when each had its last.
func (e *engine) listen(ctx context.Context, c *Calibration, sent []*Delivery) ([]time.Time, error) {
	l := e.ledger
	arrived := make([]time.Time, len(sent))
	counted := make([]Tally, len(sent))
	start := time.Now()
	latest := start
	for {
		l.mu.Lock()
		changed := l.changed
		all, some, owing, typing := true, false, false, false
		now := time.Now()
		slowest := time.Duration(0)
		for i, d := range sent {
			ev := d.Events[0]
			got := l.of(ev)
			t := got.tally()
			if t != counted[i] {
				counted[i], latest = t, now
				if n := t.Replies + t.Receipts + t.Lines; n > storm {
					c.storms = true
				} else {
					arrived[i] = now
				}
			}
			some, all = some || t.Any(), all && t.Any()
			own := Read(ev.JSON).Kind != KindOther
			owing = owing || own && (c.env.declares(Replies) && t.Replies == 0 || c.env.declares(Receipts) && t.Receipts == 0)
			typing = typing || got.typing && t.Replies == 0
			if !arrived[i].IsZero() {
				slowest = max(slowest, arrived[i].Sub(d.request.began))
			}
		}
		l.mu.Unlock()
		var until time.Time
		switch first := e.env.wait(firstEvidence); {
		case c.storms:
			return arrived, nil
		case c.Acknowledged == 0: // what was refused is hardly at work
			until = start.Add(e.env.wait(stragglers))
		case owing, typing:
			until = latest.Add(first)
		case all:
			until = latest.Add(e.env.wait(max(quietFloor, slowest)))
		case some:
			until = latest.Add(e.env.wait(max(stragglers, 2*slowest)))
		case e.env.Unheard:
			until = start.Add(e.env.wait(unheard))
		default:
			until = start.Add(first)
		}
		if !now.Before(until) {
			return arrived, nil
		}
		timer := time.NewTimer(time.Until(until))
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
		timer.Stop()
	}
}

// learn takes in what one event brought.
func (c *Calibration) learn(o Observation) {
	if o.Any() || !c.variant[o.Variant].Any() {
		c.variant[o.Variant] = o
	}
	c.Slowest = max(c.Slowest, o.last)
	if o.last > 0 && (c.usual == 0 || o.last < c.usual) {
		c.usual = o.last
	}
	if o.Replies > 0 {
		c.observe(Replies)
		if c.replied == "" {
			c.replied = o.Variant
		}
	}
	if o.Receipts > 0 {
		c.observe(Receipts)
	}
	if o.Any() && c.probe == "" {
		c.probe = o.Variant
	}
}

func (c *Calibration) observe(f Feature) {
	if !slices.Contains(c.Observed, f) {
		c.Observed = append(c.Observed, f)
	}
}

// unsigned learns whether a receiver of which nothing else shows refuses what
// anybody could send.
func (e *engine) unsigned(ctx context.Context, s *Session, c *Calibration) error {
	c.refuses = true
	for _, f := range []fault.Fault{fault.Unsigned(), fault.SignWith("another secret", "not-the-app-secret")} {
		ev, err := s.build(c.plainest())
		if err != nil {
			return err
		}
		st := Alone(ev)
		st.Faults = []fault.Fault{f}
		d, err := s.post(ctx, st, &request{})
		if err != nil {
			return err
		}
		c.refuses = c.refuses && d.Attempt.Err == nil && d.Attempt.Answer.Status/100 == 4
		if err := e.mend(ctx, d.What); err != nil {
			return err
		}
	}
	return nil
}

// String tells in one line what calibration learned.
func (c Calibration) String() string {
	var kinds []string
	for _, k := range calibrating {
		if o := c.seen[k.kind]; o.Any() {
			kinds = append(kinds, fmt.Sprintf("%s with %s", o.Variant, o.Tally))
		}
	}
	switch {
	case c.Acknowledged == 0 && c.Deliveries[len(c.Deliveries)-1].Err != nil:
		return fmt.Sprintf("none of %d correctly signed deliveries was acknowledged: %v", c.Sent, c.Deliveries[len(c.Deliveries)-1].Err)
	case c.Acknowledged == 0:
		return fmt.Sprintf("none of %d correctly signed deliveries was acknowledged: are the URL and the app secret the receiver's?", c.Sent)
	case len(kinds) == 0 && c.probe == "":
		return c.silence()
	case len(kinds) == 0:
		kinds = []string{fmt.Sprintf("%s with %s", c.probe, c.variant[c.probe].Tally)}
	}
	return fmt.Sprintf("the receiver answers %s; the slowest evidence came after %s", strings.Join(kinds, ", "), round(c.Slowest))
}
