package suites

import (
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// register adds a spec to its topic.
type register func(Requirement, judge.Body)

// specs returns every spec of the suite, in the order of the topics. It is made
// once, from data that does not change; callers must not write into it.
var specs = sync.OnceValue(func() []judge.Spec { return specsWith(schemas.All()) })

// specsOf returns every spec for a catalogue, whatever its day: that decides what is
// applicable. Callers must not write into it.
func specsOf(c *schemas.Catalogue) []judge.Spec {
	if c == nil || c.Ever() == schemas.Everything() {
		return specs()
	}
	return specsWith(c.Ever().All())
}

func specsWith(variants []schemas.Variant) []judge.Spec {
	variants = slices.DeleteFunc(slices.Clone(variants), ofAnotherFormat)
	var all []judge.Spec
	seen := sightings()
	add := func(r Requirement, b judge.Body) {
		r.Wild = seen.of(r.ID)
		all = append(all, judge.Spec{Requirement: r, Body: b})
	}
	of := func(topic func(register, []schemas.Variant)) func(register) {
		return func(spec register) { topic(spec, variants) }
	}
	for _, topic := range []func(register){
		handshake, signature, acknowledgement, of(referral), of(postback), of(envelope), redelivery, reply, evolution, robustness, transport, replay,
	} {
		topic(add)
	}
	return all
}

// ofAnotherFormat reports whether a variant ended before 2017, with the first format of
// the platform: its ids were numbers, and a receiver that takes ids for texts, as Meta has
// sent them since, is not wrong.
func ofAnotherFormat(v schemas.Variant) bool {
	return v.Status == schemas.Retired && v.Until != "" && v.Until < "2017"
}

// Requirements returns every requirement, in the order of reports.
func Requirements() []Requirement { return RequirementsOf(schemas.Everything()) }

// RequirementsOf returns every requirement for a catalogue, in the order of reports:
// those of its variants too that no release has. Nil is schemas.Everything().
func RequirementsOf(c *schemas.Catalogue) []Requirement {
	all := specsOf(c)
	out := make([]Requirement, len(all))
	for i, s := range all {
		out[i] = s.Requirement
	}
	return out
}

// ByID returns the requirement with this id.
func ByID(id string) (Requirement, bool) { return find(specs(), id) }

func find(all []judge.Spec, id string) (Requirement, bool) {
	i := slices.IndexFunc(all, func(s judge.Spec) bool { return s.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return all[i].Requirement, true
}
