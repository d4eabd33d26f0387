package drift

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Severity says which classes differences have for a team, in place of those that
// they have for everybody.
type Severity []Severe

// Severe gives a class to a difference.
type Severe struct {
	// ID is that of the difference, or the beginning of several and a *.
	ID    string
	Class Class
	// Where is the place in the text: "line 3, column 5".
	Where string
}

// ParseSeverity reads an object that maps IDs to classes:
// {"new-value:page.message:*": "breaking"}. The error says where it is wrong.
func ParseSeverity(text []byte) (Severity, error) {
	doc, err := schemas.Decode(text)
	if err != nil {
		return nil, err
	}
	if _, isObject := doc.(map[string]any); !isObject {
		return nil, errors.New(`it has to be an object such as {"new-value:page.message:*": "breaking"}`)
	}
	var all Severity
	dec := json.NewDecoder(bytes.NewReader(text))
	_, _ = dec.Token() // the brace: the text was decoded already
	for dec.More() {
		before := dec.InputOffset()
		token, _ := dec.Token()
		id, _ := token.(string)
		at := int(before) + bytes.IndexByte(text[before:], '"')
		var class json.RawMessage
		if err := dec.Decode(&class); err != nil {
			return nil, err
		}
		s := Severe{ID: id, Where: schemas.Position(text, at)}
		var name string
		switch json.Unmarshal(class, &name); {
		case strings.Trim(id, "*") == "":
			err = errors.New("a class is for a difference, by its id as drift prints it, or for several by the beginning of their ids and a *")
		case !slices.Contains(Classes(), Class(name)):
			err = fmt.Errorf("%q has the class %s; there are harmless, risky and breaking, and --accept leaves a difference out", id, class)
		case slices.ContainsFunc(all, func(other Severe) bool { return other.ID == id }):
			err = fmt.Errorf("%q is there twice; take one of them out", id)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Where, err)
		}
		s.Class = Class(name)
		all = append(all, s)
	}
	return all, nil
}

// As gives the differences their classes by a severity: by their own ID, or else by
// the longest beginning. unmet are those entries that are about none of them.
func (r Report) As(severity Severity) (judged Report, unmet []Severe) {
	r.Items = slices.Clone(r.Items)
	met := map[string]bool{}
	for n := range r.Items {
		best := Severe{}
		for _, s := range severity {
			if !fits(s.ID, r.Items[n].ID) {
				continue
			}
			met[s.ID] = true
			if best.ID != r.Items[n].ID && (s.ID == r.Items[n].ID || len(s.ID) > len(best.ID)) {
				best = s
			}
		}
		if best.Class != "" {
			r.Items[n].Class = best.Class
		}
	}
	inOrder(r.Items)
	return r, slices.DeleteFunc(slices.Clone([]Severe(severity)), func(s Severe) bool { return met[s.ID] })
}
