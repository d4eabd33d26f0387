package drift

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// Suggestion is what a team's own catalogue needs to know of differences.
type Suggestion struct {
	// Variants have one event with each difference.
	Variants []schemas.Variant
	// Patches are those of the schema files, by their names.
	Patches map[string][]overlay.Operation
	// Left are differences that no patch can mend.
	Left []Item
	// Unfit says of events why no variant is made of them, one a line.
	Unfit []string
}

// Suggest makes variants and patches of differences from a catalogue, which a catalogue
// with them takes for known. The error is a defect: patches after which there is no
// schema.
func Suggest(c *schemas.Catalogue, items []Item) (Suggestion, error) {
	patching, left := patchesFor(c, items)
	s := Suggestion{Patches: patching.patches, Left: left}
	files := map[string][]byte{}
	for file := range s.Patches {
		files[file] = patching.docs[file]
	}
	patched, err := c.With(schemas.Additions{Files: files})
	if err != nil {
		return s, fmt.Errorf("the patches for these differences do not hold: %w", err)
	}
	taken := map[string]bool{}
	for _, i := range items {
		v, ok := i.Variant(c)
		if !ok || slices.ContainsFunc(left, func(other Item) bool { return other.ID == i.ID }) {
			continue
		}
		if err := usable(patched, v); err != nil {
			s.Unfit = append(s.Unfit, i.ID+": "+err.Error())
			continue
		}
		id := v.ID
		for n := 2; taken[v.ID]; n++ {
			v.ID = fmt.Sprintf("%s-%d", id, n)
		}
		taken[v.ID] = true
		s.Variants = append(s.Variants, v)
	}
	return s, nil
}

// usable says why a variant cannot be read again from its file, or makes what the
// schemas refuse.
func usable(c *schemas.Catalogue, v schemas.Variant) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := schemas.ParseVariant(text); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n ", "")) // on one line
	}
	return overlay.Fits(c, v)
}
