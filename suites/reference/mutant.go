package reference

import (
	"path"
	"slices"
)

// Mutant is the reference receiver with exactly one defect. A conformance
// suite that does not notice the defect has a hole.
//
// To add one, write a literal into the list of its topic (mutants_<topic>.go):
// apply replaces one of r.steps, mostly by a function that calls the step it
// found there. State that the defect needs is a local variable of apply, which
// runs once for each receiver; it is shared by all requests, so it needs a
// lock. A defect that ends the process calls r.die; one that hangs waits for
// r.closing.
type Mutant struct {
	// Name is unique and reads well in a file name: "accepts-any-signature".
	Name string

	// Defect is a sentence that says what the receiver does wrong.
	Defect string

	// Cause is the id of the cause that a diagnosis finds for it, and for which everything
	// that it breaks is red.
	Cause string

	// Shown is the id of the requirement whose words a diagnosis takes for its cause, why
	// it matters and how it is mended; empty where the cause has words of its own.
	Shown string

	// Breaks has the ids of the requirements that exactly this defect breaks,
	// sorted. A star stands for any words: "referral.*" for all that begin so,
	// "*.ref-long" for all that end so. All others hold.
	Breaks []string

	// Hides has the ids of requirements that cannot be judged for this defect.
	Hides []string

	apply func(r *Receiver)
}

// BreaksRequirement reports whether the defect breaks the requirement with this
// id.
func (m Mutant) BreaksRequirement(id string) bool {
	return slices.ContainsFunc(m.Breaks, func(pattern string) bool {
		fits, err := path.Match(pattern, id)
		return err == nil && fits
	})
}

// Mutants returns all mutants, those of one topic together.
func Mutants() []Mutant {
	return slices.Concat(
		handshakeMutants(),
		signatureMutants(),
		refusalMutants(),
		acknowledgementMutants(),
		eventMutants(),
		contentMutants(),
		messageMutants(),
		envelopeMutants(),
		redeliveryMutants(),
		replyMutants(),
		evolutionMutants(),
		robustnessMutants(),
		transportMutants(),
		replayMutants(),
		valueMutants(),
		wireMutants(),
	)
}

// MutantByName returns the mutant with this name.
func MutantByName(name string) (Mutant, bool) {
	all := Mutants()
	i := slices.IndexFunc(all, func(m Mutant) bool { return m.Name == name })
	if i < 0 {
		return Mutant{}, false
	}
	return all[i], true
}

// NewMutant returns a receiver with the defect of m. The zero Mutant has none.
func NewMutant(c Config, mutants ...Mutant) *Receiver {
	r := New(c)
	for _, m := range mutants {
		if m.apply != nil {
			m.apply(r)
		}
	}
	return r
}
