package diagnosis

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// typedMembers is the trait of several members, of which each may have another type.
var typedMembers = &trait{id: "members-of-other-types", text: "a member that it reads has another JSON type", rank: rankAny}

// ofTypes makes one cause of several that are about the type of one member each: a
// receiver that takes every value for what it mostly is has one defect.
func ofTypes(chosen []candidate, symptoms []symptom) []candidate {
	for _, first := range chosen {
		var of []candidate
		for _, c := range chosen {
			if c.sort() == first.sort() && aboutType(c, symptoms) {
				of = append(of, c)
			}
		}
		if len(of) == 0 || len(of) == 1 && len(of[0].traits) < 2 { // one member, which has a name
			continue
		}
		one := first.sort().candidate(typedMembers.id, rankAny, typedMembers)
		for _, c := range of {
			maps.Copy(one.explains, c.explains)
			if one.shows == nil && len(c.traits) > 0 {
				one.shows, one.marks = c.explains, c.traits
			}
		}
		chosen = slices.DeleteFunc(chosen, func(c candidate) bool { return c.sort() == first.sort() && aboutType(c, symptoms) })
		return ofTypes(append(chosen, one), symptoms)
	}
	return chosen
}

// aboutType reports whether a candidate is about the type of a member, and breaks no
// MUST: what Meta is known to send in two types is told by itself.
func aboutType(c candidate, symptoms []symptom) bool {
	if c.family != nil || slices.Contains(c.traits, typedMembers) {
		return false
	}
	typed := slices.ContainsFunc(c.traits, func(t *trait) bool { return t == otherTypes || strings.Contains(t.id, "-as-") })
	for _, s := range symptoms {
		if !c.explains[s.id()] {
			continue
		}
		beside := judge.Fits("evolution.*-beside", s.id()) // of what stands beside one
		if s.Status == judge.Failed || !beside && (s.traits[otherTypes.id] == nil || !typed && s.Requirement.Topic() != "evolution") {
			return false
		}
	}
	return true
}
