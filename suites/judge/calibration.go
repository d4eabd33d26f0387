package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
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
	storms  bool // it goes on sending for one event, so that its messages tell nothing by their number
	// acknowledged is the shortest time to an acknowledgement, with no other
	// delivery beside it; 0 if there was none.
	acknowledged time.Duration
	usual        time.Duration // the shortest time to evidence

	probe    string                 // the variant whose handling shows; empty if none does
	accepted string                 // the first variant that was acknowledged; empty if none was
	replied  string                 // the variant that brought a reply; empty if none did
	seen     map[Kind]Observation   // of the plainest event of each kind
	variant  map[string]Observation // of each variant that was sent
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
	// mostListening is for how long calibration listens at most to what still comes: three
	// answers of 20 s, one after the other, and as long again.
	mostListening = 2 * time.Minute
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

// Answered are the variants of calibration that brought something, one of each kind.
func (c Calibration) Answered() (variants []string) {
	for _, k := range calibrating {
		if c.seen[k.kind].Any() {
			variants = append(variants, k.variant)
		}
	}
	return variants
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
