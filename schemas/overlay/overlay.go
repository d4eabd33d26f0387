// Package overlay lays a team's own catalogue over that of a release: what the team
// saw Meta send before Referee knows of it.
//
// It is a folder with files, in which these count:
//
//	*.json                     a variant, in the form of schemas/variants
//	NAME.schema.patch.json     a JSON Patch (RFC 6902) of schemas/meta/NAME.schema.json
//	changes.json               when what came, in the form of schemas/history/changes.json
//
// `referee drift --write` makes the first two. What it needs to be right is checked,
// and every problem names its file and a JSON Pointer. Own variants stand beside those
// of the catalogue and never take their place: an ID that is there already is an error.
//
// For the catalogue of one day, patches are applied to the schemas of that day. A step
// that does not fit them, because what it changes was not there yet, is left out with
// a note, and so is a variant that says nothing of when it was sent and has what that
// day does not know.
//
// The way of its data: files → Read → Overlay; with a Catalogue → On → a Catalogue.
//
// It imports schemas and a library for JSON Patch, which whoever imports schemas alone
// does not get.
//
// Public API: programs that judge or validate by a catalogue of their own.
package overlay

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-11445fa1/referee/schemas"
)

const (
	changesFile = "changes.json"
	patchSuffix = ".schema.patch.json"
)

// PatchFile is the name of the file with the patch of a schema file, which is
// "meta/event.schema.json" and its like.
func PatchFile(schema string) string {
	return strings.TrimSuffix(strings.TrimPrefix(schema, "meta/"), ".schema.json") + patchSuffix
}

// Overlay is a team's own catalogue, whose files are in order each by itself.
type Overlay struct {
	variants []variant
	patches  []patch
	changes  []schemas.Change
}

// variant is a variant and the name of its file.
type variant struct {
	schemas.Variant
	file string
}

// Read reads the files of a folder. The error has every problem, one a line.
func Read(files fs.FS) (*Overlay, error) {
	found, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	o := &Overlay{}
	var problems []error
	read := 0
	for _, entry := range found {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		read++
		text, err := fs.ReadFile(files, entry.Name())
		if err == nil {
			err = o.read(entry.Name(), text)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", entry.Name(), err))
		}
	}
	if read == 0 {
		return nil, fmt.Errorf("there is nothing of a catalogue: neither a variant (*.json) nor a patch (*%s) nor %s", patchSuffix, changesFile)
	}
	return o, errors.Join(problems...)
}

func (o *Overlay) read(name string, text []byte) (err error) {
	schema, isPatch := strings.CutSuffix(name, patchSuffix)
	switch {
	case isPatch:
		p := patch{name: name, schema: "meta/" + schema + ".schema.json"}
		if _, err := schemas.SchemaFile(p.schema); err != nil || !schemas.OfEvents(p.schema) {
			return fmt.Errorf("it would patch %s, which is no schema of what Meta sends; there are %s", p.schema, strings.Join(patchable(), ", "))
		}
		if p.operations, err = ParsePatch(text); err == nil {
			o.patches = append(o.patches, p)
		}
		return err
	case name == changesFile:
		o.changes, err = schemas.ParseChanges(text)
		return err
	}
	v, err := ParseVariant(text)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(o.variants, func(other variant) bool { return other.ID == v.ID }); i >= 0 {
		return fmt.Errorf("/id: %s has the id %s too; give one of them another, or delete it", o.variants[i].file, v.ID)
	}
	o.variants = append(o.variants, variant{v, name})
	return nil
}

// ParseVariant reads the text of a variant's file, as far as it is in order by itself:
// Fits says whether a catalogue can have it.
func ParseVariant(text []byte) (schemas.Variant, error) {
	v, err := schemas.ParseVariant(text)
	if err != nil {
		var invalid *schemas.ValidationError
		if errors.As(err, &invalid) {
			return v, fmt.Errorf("it is no variant: %s", problemsOf("", invalid))
		}
		return v, fmt.Errorf("it is no variant: %w", err)
	}
	if _, err := v.Example(); err != nil {
		return v, fmt.Errorf("/event%w", err)
	}
	for pointer, text := range map[string]string{"/title": v.Title, "/field": v.Field, "/notes": v.Notes, "/source/quote": v.Source.Quote} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return v, fmt.Errorf("%s: there is a control character in %q; take it out", pointer, text)
		}
	}
	if _, there := schemas.ByID(v.ID); there {
		return v, fmt.Errorf("/id: the catalogue has a variant %s already; delete yours, or give it another id", v.ID)
	}
	return v, nil
}

// patchable are the schema files that a patch can be for.
func patchable() []string {
	var names []string
	for _, name := range append(schemas.SchemaNames(), "common") {
		if schemas.OfEvents(name) {
			names = append(names, name)
		}
	}
	return names
}

// problemsOf lists where a document breaks its schema; above is the pointer to it.
func problemsOf(above string, invalid *schemas.ValidationError) string {
	var list []string
	for _, p := range invalid.Problems {
		p.Pointer = above + p.Pointer
		list = append(list, p.String())
	}
	return strings.Join(list, "; ")
}

// On lays the overlay over a catalogue, of everything or as of a day. The notes say
// what of it is left out, and why, one a line. The error has every problem, one a line,
// with its file.
func (o *Overlay) On(c *schemas.Catalogue) (laid *schemas.Catalogue, notes []string, err error) {
	ever, notes, err := o.on(c.Ever(), nil)
	if err != nil || c.Day() == "" {
		return ever, notes, err
	}
	return o.on(c, ever)
}

func (o *Overlay) on(c, ever *schemas.Catalogue) (*schemas.Catalogue, []string, error) {
	a := schemas.Additions{Files: map[string][]byte{}, Changes: o.changes, Ever: ever}
	var notes []string
	for _, p := range o.patches {
		text, noted, err := p.apply(c)
		if err != nil {
			return nil, nil, err
		}
		a.Files[p.schema] = text
		notes = append(notes, noted...)
	}
	patched, err := c.With(a)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", o.blame(), err)
	}
	own := schemas.Additions{Ever: ever}
	var problems []error
	for _, v := range o.variants {
		switch err := Fits(patched, v.Variant); {
		case err == nil:
			own.Variants = append(own.Variants, v.Variant)
		case c.Day() == "":
			problems = append(problems, fmt.Errorf("%s: %w", v.file, err))
		case v.Since == "":
			notes = append(notes, fmt.Sprintf("%s: it does not fit what Meta sent on %s, and is left out (%v); a \"since\" says from when on it counts", v.file, c.Day(), err))
		case schemas.Covers(c.Day(), v.Variant):
			notes = append(notes, fmt.Sprintf("%s: it does not fit what Meta sent on %s, and is left out: %v", v.file, c.Day(), err))
		}
	}
	if len(problems) > 0 {
		return nil, nil, errors.Join(problems...)
	}
	laid, err := patched.With(own)
	return laid, notes, err
}

// blame names the files that change schemas.
func (o *Overlay) blame() string {
	var names []string
	for _, p := range o.patches {
		names = append(names, p.name)
	}
	if len(o.changes) > 0 {
		names = append(names, changesFile)
	}
	return strings.Join(names, ", ")
}

// Fits says why a catalogue's schemas refuse what a variant makes.
func Fits(c *schemas.Catalogue, v schemas.Variant) error {
	event, err := v.Example()
	if err != nil {
		return err
	}
	const advice = "; correct the event, or patch the schema"
	var invalid *schemas.ValidationError
	switch err := c.Validate(v.Schema, event); {
	case errors.As(err, &invalid):
		return errors.New(problemsOf("/event", invalid) + " (by the schema " + v.Schema + ")" + advice)
	case err != nil:
		return fmt.Errorf("/schema: %w", err)
	}
	var schema, above string
	var wrapped any
	switch v.Form {
	case schemas.FormBody:
		return nil
	case schemas.FormValue:
		schema, above, wrapped = "envelope.value", "/value", map[string]any{"field": v.Field, "value": event}
	case schemas.FormEntry:
		schema, above = "envelope", "/entry/0"
		wrapped = map[string]any{"object": v.Object, "entry": []any{event}}
	default:
		schema, above = "envelope", "/entry/0/"+string(v.Form)+"/0"
		entry := map[string]any{"id": "1", "time": 1458692752500, string(v.Form): []any{event}}
		wrapped = map[string]any{"object": v.Object, "entry": []any{entry}}
	}
	body, err := json.Marshal(wrapped)
	if err != nil {
		return err
	}
	err = c.Validate(schema, body)
	if errors.As(err, &invalid) {
		return errors.New(strings.ReplaceAll(problemsOf("", invalid), above, "/event") + " (by the schema " + schema + ", in the form " + string(v.Form) + ")" + advice)
	}
	return err
}
