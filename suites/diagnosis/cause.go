package diagnosis

import (
	"cmp"
	"slices"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// Proof says what shows that a cause is one.
type Proof string

const (
	// Experiment is for a cause that was red with its trait, and green without it,
	// each time it was tried.
	Experiment Proof = "experiment"
	// Trace is for a cause that shows in the receiver's own words: the same place in
	// its code, whatever was sent, or an answer with what must not stand there.
	Trace Proof = "trace"
	// Probable is for a cause that explains what is red and was not confirmed.
	Probable Proof = "probable"
)

// Cause is one sentence about a receiver, and what follows from it.
type Cause struct {
	// ID is what it does and when: "refuses.sender-without-id". It is the same for
	// every seed and release.
	ID string `json:"id"`
	// Title is the sentence: "It answers 500 when the sender has no id".
	Title string `json:"title"`
	// Level is MUST if one of the requirements that it explains is a MUST that failed.
	Level judge.Level `json:"level"`
	Proof Proof       `json:"proof"`
	// Explains are the ids of the red requirements that it explains, sorted.
	Explains []string `json:"explains"`
	// Only are the few of them that are enough to see it again, the one that shows it best first.
	Only []string `json:"only,omitempty"`
	// Where is the place in the receiver's own code, "server.js:23", and Code that
	// line of it. Empty where they are not known.
	Where string `json:"where,omitempty"`
	Code  string `json:"code,omitempty"`
	// File is that file as it lies on the machine of the run, from the folder in which
	// the run was started; empty where it is not known, or not in the repository.
	File string `json:"file,omitempty"`
	// Stimulus is the smallest one that shows it, in words; Body is the event or the
	// body that was sent, with the trait between ⟦ and ⟧.
	Stimulus string `json:"stimulus"`
	Body     string `json:"body,omitempty"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	Why      string `json:"why"`
	Remedy   string `json:"remedy"`
	// Fix is the topic of its fixes, see package fixes; empty where there are none.
	Fix string `json:"fix,omitempty"`
	// Reproduce is a curl command with a correct signature, where one request shows it.
	Reproduce string `json:"reproduce,omitempty"`
	// Variant is a variant file, as JSON, that shows it with `referee emit FILE`, for an
	// event that is not in the catalogue.
	Variant string `json:"variant,omitempty"`
	// Output is the exception and the frames of the receiver's own code, as it wrote
	// them about the stimulus.
	Output string `json:"output,omitempty"`
}

// Weighed returns causes with what matters most first: those of broken MUSTs, then those
// that explain the most.
func Weighed(causes []Cause) []Cause {
	must := func(c Cause) int {
		if c.Level == judge.Must {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(causes), func(a, b Cause) int {
		return cmp.Or(cmp.Compare(must(a), must(b)), cmp.Compare(len(b.Explains), len(a.Explains)), cmp.Compare(a.ID, b.ID))
	})
}
