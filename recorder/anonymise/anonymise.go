package anonymise

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/schemas"
)

// Options configure an Anonymiser.
type Options struct {
	// Key decides which stand-in a value has: 32 random bytes, which must be kept
	// as secret as the values, or forgotten. It has no default.
	Key [32]byte
	// Keep names what stays as it is, with all below it: members by their names
	// ("payload"), or places by JSON pointers in which * stands for any one step
	// ("/entry/*/messaging/*/referral/ref"). Default: nothing else stays.
	Keep []string
}

// Anonymiser replaces personal data. It is not safe for concurrent use.
type Anonymiser struct {
	permutation permutation
	names       map[string]bool    // of members that stay
	places      [][]string         // that stay
	closed      map[member]bool    // whether a member has known values
	blocks      map[rune]*alphabet // of letters outside ASCII
	units       []unit             // the memory of one text
}

// member is a member by its name and that of the member above it.
type member struct{ above, name string }

// New returns an Anonymiser. The error says which entry of Keep cannot be.
func New(o Options) (*Anonymiser, error) {
	a := &Anonymiser{permutation: newPermutation(o.Key), names: map[string]bool{}, closed: map[member]bool{}, blocks: map[rune]*alphabet{}}
	var problems []error
	for _, keep := range o.Keep {
		switch {
		case keep == "" || keep == "/":
			problems = append(problems, errors.New("what is kept is named by a member, such as payload, or by a JSON pointer, such as /entry/*/id"))
		case strings.HasPrefix(keep, "/"):
			steps := strings.Split(keep[1:], "/")
			for i, step := range steps {
				steps[i] = schemas.UnescapeToken(step)
			}
			a.places = append(a.places, steps)
		case strings.ContainsAny(keep, "/*"):
			problems = append(problems, fmt.Errorf("%q is neither the name of a member nor a JSON pointer, which begins with /", keep))
		default:
			a.names[keep] = true
		}
	}
	return a, errors.Join(problems...)
}

// Record replaces personal data in a record: in its targets, headers and bodies.
// The record must not share its headers with anybody; bodies are replaced.
func (a *Anonymiser) Record(r *capture.Record) {
	a.message(&r.Request)
	if r.Answer != nil {
		a.message(r.Answer)
	}
}

func (a *Anonymiser) message(m *capture.Message) {
	m.Target = a.target(m.Target)
	for i, f := range m.Header {
		m.Header[i].Value = a.field(f.Name, f.Value)
	}
	m.Body = a.Body(m.Body)
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

// hasKnownValues reports whether the catalogue knows values of a member.
func (a *Anonymiser) hasKnownValues(m member) bool {
	known, asked := a.closed[m]
	if !asked {
		values, _ := schemas.Everything().KnownValues(m.above, m.name)
		known = len(values) > 0
		if len(a.closed) < 1<<12 { // names come from outside: they must not fill the memory
			a.closed[m] = known
		}
	}
	return known
}
