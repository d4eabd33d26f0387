package schemas

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Catalogue is what Meta sends: variants, and the schemas of what stands around
// them. It is either all that Meta ever sent, or what it sent on one day. It is
// safe for concurrent use.
type Catalogue struct {
	day      string // "2006-01-02"; empty for everything
	variants variantTable
	registry registry
	reader   func() *reader
}

// everything is made at its first use.
var everything = sync.OnceValue(func() *Catalogue {
	return newCatalogue("", embeddedVariants(), newRegistry(schemaFiles, nil))
})

func newCatalogue(day string, variants variantTable, registry registry) *Catalogue {
	c := &Catalogue{day: day, variants: variants, registry: registry}
	c.reader = sync.OnceValue(func() *reader { return newReader(c) })
	return c
}

// Everything returns the catalogue of all that Meta ever sent.
func Everything() *Catalogue { return everything() }

// AsOf returns the catalogue of one day: "2019-01-01", "2019-01" or "2019" for
// the first day in it, or a version of the Graph API, "v12.0", for the day on
// which it came out. A variant or a member whose beginning is not known counts
// as there from the start. Empty text is Everything.
func AsOf(when string) (*Catalogue, error) {
	if when == "" {
		return Everything(), nil
	}
	day, err := dayOf(when)
	if err != nil {
		return nil, err
	}
	variants := embeddedVariants().where(func(v Variant) bool { return within(day, v.Since, v.Until) })
	return newCatalogue(day, variants, newRegistry(schemaFiles, func(file string, text []byte) ([]byte, error) {
		return schemaAsOf(day, file, text)
	})), nil
}

// Day is the day that the catalogue describes, as "2006-01-02", empty for
// Everything.
func (c *Catalogue) Day() string { return c.day }

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
		day, ok := graphVersions()[when]
		if !ok {
			return "", fmt.Errorf("%q is no version of the Graph API that is known here: it goes from %s to %s", when, firstVersion(), lastVersion())
		}
		return day, nil
	}
	if !isDate(when) {
		return "", fmt.Errorf("%q is neither a date, such as 2019-01-01, nor a version of the Graph API, such as v12.0", when)
	}
	return firstDay(when), nil
}

// isDate reports whether text is a day, a month or a year that exists.
func isDate(text string) bool {
	const form = "dddd-dd-dd"
	if !slices.Contains([]int{4, 7, 10}, len(text)) {
		return false
	}
	for i := range text {
		if digit := text[i] >= '0' && text[i] <= '9'; digit != (form[i] == 'd') {
			return false
		}
	}
	day := firstDay(text)
	month := day[5:7]
	last := "31"
	switch month {
	case "02":
		last = "29"
	case "04", "06", "09", "11":
		last = "30"
	}
	return month >= "01" && month <= "12" && day[8:] >= "01" && day[8:] <= last
}
