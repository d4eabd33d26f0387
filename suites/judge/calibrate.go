package judge

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

// calibrate sends one correct event of each common kind, each from a person of
// its own, and waits for what comes back. A receiver whose first answers are
// slow is asked again: some runtimes warm up, and what counts is how long it
// takes afterwards.
func (e *engine) calibrate(ctx context.Context) (Calibration, error) {
	c := Calibration{env: e.env, seen: map[Kind]Observation{}, variant: map[string]Observation{}}
	s := &Session{engine: e, requirement: Requirement{ID: Calibrating}, trial: &trial{}}
	e.calibrated = s
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
	if c.storms {
		c.limitReplies()
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

// begin sets the ledger up with what calibration learned.
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
		l.fences = []fence{{KindOther, c.accepted}}
		l.pace.byAcknowledgement = true
	}
	l.pace.usual, l.pace.window, l.pace.serial = c.usual, windowFirst, c.exclusive() && c.Acknowledged > 0
	if l.pace.byAcknowledgement {
		l.pace.usual = c.acknowledged
	}
	if l.fences == nil { // nothing is ever accepted, which need not take long
		l.pace.window = windowMost
	}
	l.open, l.unproved, l.unpaid = nil, nil, nil
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
	return e.restart(ctx, d.What)
}

// restart brings a receiver back that ended while it was calibrated.
func (e *engine) restart(ctx context.Context, last string) error {
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
			c.accepted = cmp.Or(c.accepted, variant)
			if took := d.Attempt.Timing.FirstByte; c.acknowledged == 0 || took < c.acknowledged {
				c.acknowledged = took
			}
		}
		if err := e.restart(ctx, d.What); err != nil {
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
		if most := start.Add(e.env.wait(mostListening)); until.After(most) {
			until = most
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

// limitReplies makes sense of the messages of a receiver that never stops: an event
// that brought a great many is taken to bring one, or none of its own where others
// brought a few, as from a bot that keeps writing to the last sender.
func (c *Calibration) limitReplies() {
	most := 1
	for _, o := range c.variant {
		if o.Replies > 0 && o.Replies <= storm/2 {
			most = 0
		}
	}
	limited := func(o Observation) Observation {
		if o.Replies > storm/2 {
			o.Replies = most
		}
		return o
	}
	for variant, o := range c.variant {
		c.variant[variant] = limited(o)
	}
	for kind, o := range c.seen {
		c.seen[kind] = limited(o)
	}
	c.probe, c.replied = "", ""
	for _, k := range calibrating {
		o := c.variant[k.variant]
		if o.Any() {
			c.probe = cmp.Or(c.probe, k.variant)
		}
		if o.Replies > 0 {
			c.replied = cmp.Or(c.replied, k.variant)
		}
	}
}

func (c *Calibration) observe(f Feature) {
	if !slices.Contains(c.Observed, f) {
		c.Observed = append(c.Observed, f)
	}
}

// unsigned learns whether a receiver that shows nothing else refuses what anybody
// could send.
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
		if err := e.restart(ctx, d.What); err != nil {
			return err
		}
	}
	return nil
}
