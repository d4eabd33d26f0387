package suites

import (
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// register adds a spec to its topic.
type register func(Requirement, judge.Body)

// specs returns every spec of the suite, in the order of the topics. It is made
// once, from data that does not change; callers must not write into it.
var specs = sync.OnceValue(func() []judge.Spec {
	var all []judge.Spec
	seen := sightings()
	add := func(r Requirement, b judge.Body) {
		r.Wild = seen.of(r.ID)
		all = append(all, judge.Spec{Requirement: r, Body: b})
	}
	for _, topic := range []func(register){handshake, signature, acknowledgement, referral, postback, envelope, redelivery, reply, evolution, robustness, transport, replay} {
		topic(add)
	}
	return all
})

// Requirements returns every requirement, in the order of reports.
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
	i := slices.IndexFunc(all, func(s judge.Spec) bool { return s.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return all[i].Requirement, true
}
