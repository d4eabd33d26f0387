package watch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// Proposal is what would make the catalogue know what was found. Somebody has to read
// it.
type Proposal struct {
	Variants []schemas.Variant
	// Patches are by the name of the schema file.
	Patches map[string][]overlay.Operation
	Changes []schemas.Change
	// GraphVersions are all versions, those of the catalogue too, the oldest first;
	// nil where no row of the table is new.
	GraphVersions []schemas.GraphVersion
	// Missing say for what there is no variant or no patch, and why, one a line.
	Missing []string
}

// Propose makes variants and patches of what the catalogue does not know, and a change
// of its history of each of them and of announcements that name a webhook field.
func (r Report) Propose() (Proposal, error) {
	suggested, err := drift.Suggest(r.catalogue, r.Drift)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Patches: suggested.Patches, Missing: suggested.Unfit}
	for _, i := range suggested.Left {
		p.Missing = append(p.Missing, i.ID+": no patch mends it: "+i.Detail)
	}
	fit := map[string]bool{}
	for _, v := range suggested.Variants {
		fit[string(v.Event)] = true
	}
	for _, i := range r.Drift {
		l := r.sampleAt(i.Where)
		v, ok := i.Variant(r.catalogue)
		if ok && fit[string(v.Event)] {
			p.add(v, l, strings.Trim(string(i.Example), `"`))
		}
		adds, err := r.places(i)
		if err != nil {
			return Proposal{}, err
		}
		p.Changes = append(p.Changes, schemas.Change{
			Date: cmp.Or(l.updated, r.day), Field: cmp.Or(v.Field, i.Event, "unknown"), Source: cmp.Or(l.page.URL, i.Where), Adds: adds,
			Change: fmt.Sprintf("The page prints a %s at %s: %s.", i.What, i.Pointer, i.Detail),
		})
	}
	for _, f := range r.Findings {
		switch {
		case f.shape != nil:
			s := f.shape
			v := drift.VariantOf(r.catalogue, s.object, s.form, s.kind, "printed-"+strings.Join(s.words, "-"), s.event)
			if near, ok := r.catalogue.ByID(s.nearest); ok && strings.Contains(string(near.Event), `"`+s.kind+`"`) {
				v.Field, v.Schema = near.Field, near.Schema
			}
			v.Title = "A " + s.kind + " that is printed, unlike " + s.nearest
			p.add(v, s.sample, `"`+s.kind+`"`)
			p.Changes = append(p.Changes, schemas.Change{
				Date: s.sample.updated, Field: v.Field, Source: s.sample.page.URL,
				Change: fmt.Sprintf("A %s is printed that no variant is like; beside %s: %s.", s.kind, s.nearest, strings.Join(s.differences, "; ")),
			})
		case f.What == "announcement":
			if field := fieldIn(r.catalogue, f.Title+" "+f.text); field != "" {
				p.Changes = append(p.Changes, schemas.Change{
					Date: cmp.Or(f.Date, r.day), Field: field, Change: short(strings.TrimSpace(f.Title + ": " + f.text)), Source: cmp.Or(f.Link, f.Page),
				})
			}
		}
	}
	p.GraphVersions = r.graphVersions()
	return p, nil
}

// add adds a variant that a sample shows, with an ID of its own. shown is what to quote.
func (p *Proposal) add(v schemas.Variant, l located, shown string) {
	id := v.ID
	for n := 2; slices.ContainsFunc(p.Variants, func(other schemas.Variant) bool { return other.ID == v.ID }); n++ {
		v.ID = fmt.Sprintf("%s-%d", id, n)
	}
	v.Status, v.Since = schemas.Documented, l.updated
	v.Source = schemas.Source{URL: l.page.URL, Quote: around(l.sample.Text, shown)}
	v.Notes = notes(l.sample)
	if rest, plain := strings.CutPrefix(v.Source.URL, "http://"); plain { // which no source is
		v.Source.URL = "https://" + rest
		v.Notes += " Put the public address of the page into source."
	}
	p.Variants = append(p.Variants, v)
}

// sampleAt is the sample that a difference names.
func (r Report) sampleAt(where string) located {
	for _, l := range r.samples {
		if l.where() == where {
			return l
		}
	}
	return located{}
}

// around is the part of a sample that has something in it, short enough to look at.
func around(text, something string) string {
	const most = 120 // characters on either side
	at := max(strings.Index(text, something), 0)
	before, after := []rune(text[:at]), []rune(text[at:])
	if len(before) > most {
		before = append([]rune("…"), before[len(before)-most:]...)
	}
	if len(after) > most {
		after = append(after[:most:most], '…')
	}
	return string(before) + string(after)
}

// notes say what of a sample was mended.
func notes(s sample) string {
	text := "Made of a sample of Meta's documentation; read it before you take it."
	if repairs := slices.Compact(slices.Clone(s.Repairs)); len(repairs) > 0 {
		text += " Mended: " + strings.Join(repairs, "; ") + "."
	}
	return text
}

// places are what a difference adds to the schemas, as the history names it.
func (r Report) places(i drift.Item) (adds []string, err error) {
	suggested, err := drift.Suggest(r.catalogue, []drift.Item{i})
	for _, file := range slices.Sorted(maps.Keys(suggested.Patches)) {
		for _, op := range suggested.Patches[file] {
			if op.Op != "add" {
				continue
			}
			var value any
			if err := json.Unmarshal(op.Value, &value); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, op, err)
			}
			list, atEnd := strings.CutSuffix(op.Path, "/-")
			text, isText := value.(string)
			members, isObject := value.(map[string]any)
			switch {
			case atEnd && isText:
				adds = append(adds, file+"#"+list+schemas.Pointer(text))
			case atEnd: // a kind of event, which has no name in its list
			case strings.HasSuffix(op.Path, "/properties") && isObject:
				for _, name := range slices.Sorted(maps.Keys(members)) {
					adds = append(adds, file+"#"+op.Path+schemas.Pointer(name))
				}
			default:
				adds = append(adds, file+"#"+op.Path)
			}
		}
	}
	return adds, err
}

// fieldIn is the webhook field that a text names. Fields that are words of the language
// count where the text says that it means the field.
func fieldIn(c *schemas.Catalogue, text string) string {
	var fields []string
	for _, v := range c.All() {
		fields = append(fields, v.Field)
	}
	slices.Sort(fields)
	// The longest first: message_edits is no message_edit.
	fields = slices.Compact(fields)
	slices.SortStableFunc(fields, func(a, b string) int { return len(b) - len(a) })
	for _, field := range fields {
		pattern := `\b` + regexp.QuoteMeta(field) + `\b`
		if !strings.Contains(field, "_") {
			pattern += `\W+(webhook|field|event)`
		}
		if regexp.MustCompile(pattern).MatchString(text) {
			return field
		}
	}
	return ""
}

// graphVersions are the versions of the catalogue with what was found.
func (r Report) graphVersions() []schemas.GraphVersion {
	all, found := schemas.GraphVersions(), false
	for _, f := range r.Findings {
		if f.row.Name == "" {
			continue
		}
		v := schemas.GraphVersion{Name: f.row.Name, Released: f.row.From, Ends: f.row.Until}
		at := slices.IndexFunc(all, func(known schemas.GraphVersion) bool { return known.Name == v.Name })
		switch {
		case at < 0:
			all, found = append(all, v), true
		case all[at] != v:
			all[at], found = v, true
		}
	}
	if !found {
		return nil
	}
	slices.SortFunc(all, func(a, b schemas.GraphVersion) int { return schemas.CompareGraphVersions(a.Name, b.Name) })
	return all
}
