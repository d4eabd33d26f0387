package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Additions are what a catalogue gets beside what it has: what a team knows of
// before a release does.
type Additions struct {
	// Variants are those to add. A catalogue of a day gets those of that day.
	Variants []Variant
	// Files are texts that take the place of schema files, by their names:
	// "meta/event.referral.schema.json". They have to be made of the catalogue's
	// own SchemaFile.
	Files map[string][]byte
	// Changes say when what is new came. A catalogue of a day loses what its changes
	// put after it.
	Changes []Change
	// Ever is the catalogue of all days with the same additions, for a catalogue of
	// one day. Default: its Ever, without them.
	Ever *Catalogue
}

// With returns the catalogue with more in it. The error says what cannot be added:
// a variant whose ID is there already, a text that is no schema, a change of what
// no schema has.
func (c *Catalogue) With(a Additions) (*Catalogue, error) {
	own := variantTable{sorted: slices.Clone(a.Variants), index: map[string]int{}}
	own.sort()
	for i, v := range own.sorted {
		if _, there := c.variants.index[v.ID]; there || own.index[v.ID] != i {
			return nil, fmt.Errorf("there is a variant %s already", v.ID)
		}
	}
	variants := own.where(func(v Variant) bool { return c.day == "" || within(c.day, v.Since, v.Until) })
	variants.sorted = append(variants.sorted, c.variants.sorted...)
	variants.sort()
	changes := append(c.History(), a.Changes...)
	inOrder(changes)
	more := Catalogue{day: c.day, variants: variants, changes: changes, ever: c.ever}
	if c.ever != nil && a.Ever != nil {
		more.ever = a.Ever
	}
	if len(a.Files)+len(a.Changes) == 0 {
		more.edit, more.registry = c.edit, c.registry
		return newCatalogue(more), nil
	}
	more.edit = func(file string, text []byte) ([]byte, error) {
		switch own, replaced := a.Files[file]; {
		case replaced:
			text = slices.Clone(own)
		case c.edit != nil:
			var err error
			if text, err = c.edit(file, text); err != nil {
				return nil, err
			}
		}
		if c.day == "" {
			return text, nil
		}
		return withoutWhatIsLater(c.day, a.Changes, file, text)
	}
	made := newCatalogue(more)
	return made, made.checkAdditions(a)
}

// checkAdditions compiles what may have changed, and looks up what changes name.
func (c *Catalogue) checkAdditions(a Additions) error {
	compiler := newCompiler(schemaFiles, c.edit) // one for all is much faster
	paths := schemaPaths(schemaFiles)
	for _, name := range SchemaNames() {
		if !OfEvents(name) {
			continue
		}
		if _, err := compiler.Compile(baseURL + paths[name]); err != nil {
			return fmt.Errorf("compile schema %s: %w", paths[name], err)
		}
	}
	if c.day != "" {
		return nil // on which it may be absent
	}
	for _, change := range a.Changes {
		for _, place := range slices.Concat(change.Adds, change.Removes) {
			if err := c.has(place); err != nil {
				return fmt.Errorf("the change of %s, %q: %w", change.Date, change.Change, err)
			}
		}
	}
	return nil
}

// OfEvents reports whether a schema, by its name or that of its file, is about what
// Meta sends to a webhook, and not about calls of the Graph API or about formats of
// Referee's own.
func OfEvents(schema string) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(schema, "meta/"), fileSuffix)
	return name == "common" || slices.ContainsFunc([]string{"event", "envelope", "body"}, func(kind string) bool {
		return name == kind || strings.HasPrefix(name, kind+".")
	})
}

// has says why a schema has nothing at a place.
func (c *Catalogue) has(place string) error {
	file, pointer, _ := strings.Cut(place, "#")
	text, err := c.SchemaFile(file)
	if err != nil {
		return fmt.Errorf("there is no schema file %q", file)
	}
	doc, err := Decode(text)
	if err != nil {
		return err
	}
	if pointer == "" || pointer[0] != '/' {
		return fmt.Errorf("%q names no place: that is a file, #, and a JSON Pointer", place)
	}
	if takeOut(doc, pointer) != nil {
		return fmt.Errorf("%s has no %s", file, pointer)
	}
	return nil
}

// withoutWhatIsLater takes out of a schema file what was not in it on a day. What is
// not there anyway was taken away by an earlier change.
func withoutWhatIsLater(day string, changes []Change, file string, text []byte) ([]byte, error) {
	return withoutPlaces(absentOn(day, changes, file), text, func(string, error) error { return nil })
}

// ParseChanges reads a file of changes, in the form of history/changes.json. The
// error says what is wrong with it, and where.
func ParseChanges(text []byte) ([]Change, error) {
	if _, err := Decode(text); err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, errors.New("it has to be a list of changes: [{\"date\": …, \"field\": …, \"change\": …, \"source\": …, \"adds\": […]}]")
	}
	changes := make([]Change, len(list))
	for i, item := range list {
		wrong := func(err error) error { return fmt.Errorf("/%d: %w", i, err) }
		if err := strictly(item, &changes[i]); err != nil {
			return nil, wrong(err)
		}
		c := changes[i]
		if c.Date == "" || c.Field == "" || c.Change == "" || c.Source == "" {
			return nil, wrong(errors.New("a change has a date, a field, a change, which says what happened, and a source"))
		}
		if err := checkDate(c.Date); err != nil {
			return nil, wrong(err)
		}
	}
	return changes, nil
}

// Covers reports whether a variant was sent on a day, as far as its file says.
func Covers(day string, v Variant) bool { return within(day, v.Since, v.Until) }
