package anonymise

import (
	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/schemas"
)

// Options configure an Anonymiser.
type Options struct {
	// Key decides which stand-in a value has: 32 random bytes, which must be kept
	// as secret as the values, or forgotten. It has no default.
	Key [32]byte
	// Keep names what stays as it is, with all below it. A name that is known
	// ("payload", "User-Agent", "hub.verify_token") keeps the members, the fields of
	// headers and the parameters of queries that are called so; "member:NAME",
	// "header:NAME" and "query:NAME" one of these, known or not. A JSON pointer keeps
	// a place, with * for any one step ("/entry/*/messaging/*/referral/ref"), and
	// "path" the path of requests. Default: nothing else stays.
	Keep []string
}

// Anonymiser replaces personal data. It is not safe for concurrent use.
type Anonymiser struct {
	permutation permutation
	keep        keep
	closed      map[member][]string // the known values of members
	blocks      map[rune]*alphabet  // of letters outside ASCII
	units       []unit              // the memory of one text
}

// member is a member by its name and that of the member above it.
type member struct{ above, name string }

// New returns an Anonymiser. The error says which entries of Keep cannot be; it
// is an UnknownName where one names nothing.
func New(o Options) (*Anonymiser, error) {
	kept, err := newKeep(o.Keep)
	if err != nil {
		return nil, err
	}
	return &Anonymiser{permutation: newPermutation(o.Key), keep: kept, closed: map[member][]string{}, blocks: map[rune]*alphabet{}}, nil
}

// Record replaces personal data in a record: in its targets, headers, bodies and
// errors. The record must not share its headers with anybody; bodies are replaced.
func (a *Anonymiser) Record(r *capture.Record) {
	a.message(&r.Request)
	if r.Answer != nil {
		a.message(r.Answer)
	}
	r.Err = a.Failure(r.Err)
}

// Body returns a body without personal data, of the same length. What is not a
// JSON object or list is one text.
func (a *Anonymiser) Body(body []byte) []byte {
	out := append([]byte(nil), body...)
	if !a.document(out) {
		copy(out, body)
		a.plain(out)
	}
	return out
}

// Text returns the stand-in of a text, of the same length.
func (a *Anonymiser) Text(text string) string {
	out := []byte(text)
	a.plain(out)
	return string(out)
}

// knownValues are those that the catalogue knows of a member.
func (a *Anonymiser) knownValues(m member) []string {
	known, asked := a.closed[m]
	if !asked {
		known = schemas.Everything().KnownValuesIn(m.above, m.name)
		if len(a.closed) < 1<<12 { // names come from outside: they must not fill the memory
			a.closed[m] = known
		}
	}
	return known
}
