package diagnosis

import (
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Concerns are the ids of the requirements that a cause can break, as far as that is known
// without a receiver: those of its family, the one that it is named after, and those that
// stand on a variant which has its trait. Whether others are red because of it, too, only a
// run shows.
func Concerns(id string, catalogue *schemas.Catalogue, requirements []judge.Requirement) []string {
	described, ok := Describe(id, catalogue, requirements)
	if !ok || len(described.Explains) > 0 {
		return described.Explains
	}
	_, what, _ := strings.Cut(id, ".")
	d := New(catalogue, nil)
	wanted, ok := traitsOf(what, possible(catalogue))
	if !ok {
		return nil
	}
	var all []judge.Case
	for _, v := range catalogue.All() {
		if sent, ok := sentOf(v); ok {
			all = append(all, judge.Case{Sent: []judge.Sent{sent}})
		}
	}
	w := newWorld(all, d.known) // what a member mostly is shows in all that is sent
	var ids []string
	for _, v := range catalogue.All() {
		if has, ok := w.ofVariant(v); !ok || slices.ContainsFunc(wanted, func(t *trait) bool { return !has.have(t) }) {
			continue
		}
		for _, r := range requirements {
			if strings.Contains("."+r.ID+".", "."+v.ID+".") {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
