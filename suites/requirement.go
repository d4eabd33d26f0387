package suites

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// Level says how binding a requirement is, in the sense of RFC 2119.
type Level string

const (
	// Must is for what Meta documents and for what keeps a receiver from being
	// abused. A receiver that breaks one is nonconformant.
	Must Level = "MUST"
	// Should is for what was observed without being documented, and for what
	// Meta's own pages contradict each other about. Breaking one is a warning.
	Should Level = "SHOULD"
)

// Basis says what a requirement rests on.
type Basis string

const (
	// Documented requirements stand on a page of Meta's.
	Documented Basis = "documented"
	// Observed requirements stand on captures or on several independent reports.
	Observed Basis = "observed"
	// Security requirements keep strangers from speaking for Meta.
	Security Basis = "security"
)

// Source is where a requirement comes from.
type Source struct {
	URL   string
	Quote string // verbatim, short
}

// Requirement is one sentence that a receiver has to satisfy.
type Requirement struct {
	ID     string // topic first, dots between: "signature.wrong-secret"; never changes
	Level  Level
	Basis  Basis
	Title  string // the sentence itself
	Source Source
	Why    string // what goes wrong for a receiver that breaks it
	Remedy string // what to do about it
	Needs  []Need // what must be known of the receiver; otherwise not applicable
	Wild   []Wild // receivers in use that broke it; not known of every requirement

	// phase says when in a run it is judged. Default: with most others.
	phase phase
}

// phase is a part of a run. The specs of one phase are judged side by side, and
// those of the next one when all of them have ended. The first phase, which is
// zero, is for specs that leave the receiver as it was.
type phase int

const (
	_ phase = iota
	// occupying specs keep a receiver's connections busy.
	occupying
	// disturbing specs let calls fail. A receiver may then call less for a while,
	// which must not be held against it elsewhere.
	disturbing
	// exhausting specs give a receiver a good reason to send nothing more: its
	// token is not valid, its calls are too many.
	exhausting
	// flooding specs give a receiver much to do at once, and some receivers are at
	// it long afterwards. They are judged one after the other, in the order of the
	// suite.
	flooding
	// closing specs look back on the whole run.
	closing

	phases // how many there are
)

// Topic is the first word of the requirement's id.
func (r Requirement) Topic() string {
	topic, _, _ := strings.Cut(r.ID, ".")
	return topic
}

// Status is the outcome of one requirement.
type Status string

const (
	Passed        Status = "passed"
	Failed        Status = "failed" // a MUST was broken
	Warned        Status = "warned" // a SHOULD was broken
	NotApplicable Status = "not_applicable"
	// Errored means that the requirement could not be judged: the receiver was
	// gone, or the harness failed. It never counts as passed.
	Errored Status = "error"
)

// Finding is how a requirement was broken.
type Finding struct {
	Stimulus  string // what was sent
	Expected  string
	Actual    string
	Reproduce string // a curl command with a correct signature, where one request shows it
	Output    string // what the receiver wrote meanwhile, as it came
	// Variant is a variant file that reproduces it, for an event that is not in
	// the catalogue.
	Variant json.RawMessage
}

// Outcome is what became of one requirement in one run.
type Outcome struct {
	Requirement Requirement
	Status      Status
	Reason      string   // why it is not applicable or could not be judged
	Finding     *Finding // set when failed or warned
	Duration    time.Duration
}

// spec is a requirement with the code that judges it.
type spec struct {
	Requirement
	body body
}

// register adds a spec to its topic.
type register func(Requirement, body)

// specs returns every spec of the suite, in the order of the topics. It is made
// once, from data that does not change; callers must not write into it.
var specs = sync.OnceValue(func() []spec {
	var all []spec
	seen := sightings()
	add := func(r Requirement, b body) {
		r.Wild = seen.of(r.ID)
		all = append(all, spec{Requirement: r, body: b})
	}
	for _, topic := range []func(register){handshake, signature, acknowledgement, referral, postback, envelope, redelivery, reply, evolution, robustness, transport, replay} {
		topic(add)
	}
	return all
})

// Requirements returns every requirement, in the order in which they are judged.
func Requirements() []Requirement {
	all := specs()
	out := make([]Requirement, len(all))
	for i, s := range all {
		out[i] = s.Requirement
	}
	return out
}

// ByID returns the requirement with this id.
func ByID(id string) (Requirement, bool) {
	all := specs()
	i := slices.IndexFunc(all, func(s spec) bool { return s.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return all[i].Requirement, true
}
