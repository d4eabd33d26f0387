package schemas

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Catalogue is what Meta sends: variants, and the schemas of what stands around
// them. It is either all that Meta ever sent, or what it sent on one day. It is
// safe for concurrent use.
type Catalogue struct {
	day      string // "2006-01-02"; empty for everything
	variants variantTable
	changes  []Change
	edit     editor
	registry registry
	reader   func() *reader
	ever     *Catalogue // nil for one that is of no day
}

// everything is made at its first use.
var everything = sync.OnceValue(func() *Catalogue {
	return newCatalogue(Catalogue{variants: embeddedVariants(), changes: history()})
})

// newCatalogue completes a catalogue by what follows from the rest of it.
func newCatalogue(c Catalogue) *Catalogue {
	if c.registry == nil {
		c.registry = newRegistry(schemaFiles, c.edit)
	}
	c.reader = sync.OnceValue(func() *reader { return newReader(&c) })
	return &c
}

// Everything returns the catalogue of all that Meta ever sent.
func Everything() *Catalogue { return everything() }

// AsOf returns the catalogue of one day: "2019-01-01", "2019-01" or "2019" for
// the first day in it, or a version of the Graph API, "v12.0", for the day on
// which it came out, or the later one on which webhooks had all that the history ties
// to it; and one that is newer than all that are known for that of the newest known,
// see GraphVersionNamed. A variant or a member whose beginning is not known counts as
// there from the start. Empty text is Everything.
func AsOf(when string) (*Catalogue, error) {
	if when == "" {
		return Everything(), nil
	}
	day, err := dayOf(when)
	if err != nil {
		return nil, err
	}
	variants := embeddedVariants().where(func(v Variant) bool { return within(day, v.Since, v.Until) })
	return newCatalogue(Catalogue{
		day: day, variants: variants, changes: history(), ever: Everything(),
		edit: func(file string, text []byte) ([]byte, error) { return schemaAsOf(day, history(), file, text) },
	}), nil
}

// Day is the day that the catalogue describes, as "2006-01-02", empty for
// Everything.
func (c *Catalogue) Day() string { return c.day }

// Ever is the catalogue of all days to which one of a single day belongs, and
// else the catalogue itself. It has the additions of both, see With.
func (c *Catalogue) Ever() *Catalogue {
	if c.ever == nil {
		return c
	}
	return c.ever
}

// History returns every change that the catalogue knows of, the oldest first, those
// after its day too. The caller owns what it gets.
func (c *Catalogue) History() []Change { return slices.Clone(c.changes) }

// All returns every variant of the catalogue, sorted by ID. The caller owns what
// it gets.
func (c *Catalogue) All() []Variant {
	all := make([]Variant, 0, len(c.variants.sorted))
	for _, v := range c.variants.sorted {
		all = append(all, v.clone())
	}
	return all
}

// ByID returns the variant with this ID, and whether the catalogue has it. The
// caller owns what it gets.
func (c *Catalogue) ByID(id string) (Variant, bool) {
	i, ok := c.variants.index[id]
	if !ok {
		return Variant{}, false
	}
	return c.variants.sorted[i].clone(), true
}

// within reports whether a day lies between two dates, of which the later one
// is the first day on which it is over. Empty dates are not known.
func within(day, since, until string) bool {
	return (since == "" || firstDay(since) <= day) && (until == "" || day < firstDay(until))
}

// firstDay completes "2006" and "2006-01".
func firstDay(date string) string {
	return date + "0000-01-01"[len(date):]
}

// dayOf reads a date or a version of the Graph API.
func dayOf(when string) (string, error) {
	if strings.HasPrefix(when, "v") {
		v, _, err := GraphVersionNamed(when)
		day := v.Released
		for _, change := range history() {
			if change.Version != "" && change.Version == v.Name {
				day = max(day, firstDay(change.Date))
			}
		}
		return day, err
	}
	err := checkDate(when)
	switch {
	case errors.Is(err, errNoSuchDay):
		return "", err
	case err != nil:
		return "", fmt.Errorf("%q is neither a date, such as 2019-01-01, nor a version of the Graph API, such as v12.0", when)
	}
	return firstDay(when), nil
}

// errNoSuchDay is the error of a date that is in no calendar.
var errNoSuchDay = errors.New("there is no such day; give one that exists, as YYYY-MM-DD, or its month or its year alone")

// checkDate says why a text is no day, month or year: "2006-01-02", "2006-01", "2006".
func checkDate(text string) error {
	var err error
	for _, form := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err = time.Parse(form, text); err == nil {
			return nil
		}
	}
	if strings.HasSuffix(err.Error(), "out of range") {
		return fmt.Errorf("%q: %w", text, errNoSuchDay)
	}
	return fmt.Errorf("%q is no date, such as 2019-01-01", text)
}
