package document

import (
	"errors"
	"regexp"
	"strings"
)

// Version is a row of the table of versions.
type Version struct {
	// Name is "v26.0".
	Name string `json:"name"`
	// From is the day on which it came out, Until the day on which it ends; empty
	// where none is named.
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

// errNoVersions is the error of a page without a table of versions.
var errNoVersions = errors.New("it has no table of versions of the Graph API: no column is named version, with a date beside it")

var versionName = regexp.MustCompile(`\bv?([0-9]{1,3}[.][0-9]{1,2})\b`)

// Versions reads the table of the versions of the Graph API, and returns the rows
// that it cannot read as they are printed. Tables of other APIs are left out.
func (p Page) Versions() (versions []Version, unread []string, err error) {
	found := false
	for _, t := range p.tables {
		if len(t.rows) == 0 || strings.Contains(strings.ToLower(t.under), "marketing") {
			continue
		}
		name, from, until := column(t.rows[0], "version"), column(t.rows[0], "date", "introduced", "release"), column(t.rows[0], "until", "expir", "end")
		if name < 0 || from < 0 || until == from {
			continue
		}
		for _, row := range t.rows[1:] {
			if strings.Join(row, "") == "" {
				continue
			}
			v, ok := versionOf(row, name, from, until)
			if !ok {
				unread = append(unread, strings.Join(row, " | "))
				continue
			}
			found = true
			versions = append(versions, v)
		}
	}
	if !found {
		return nil, unread, errNoVersions
	}
	return versions, unread, nil
}

// column is the first column whose name has one of some words in it, -1 if none has.
func column(header []string, words ...string) int {
	for i, cell := range header {
		for _, word := range words {
			if strings.Contains(strings.ToLower(cell), word) {
				return i
			}
		}
	}
	return -1
}

func versionOf(row []string, name, from, until int) (v Version, ok bool) {
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return row[i]
	}
	found := versionName.FindStringSubmatch(cell(name))
	if found == nil {
		return v, false
	}
	v.Name = "v" + found[1]
	if v.From, ok = day(cell(from)); !ok {
		return v, false
	}
	switch strings.ToLower(cell(until)) {
	case "", "-", "–", "—", "tbd", "tba", "n/a":
		return v, true
	}
	v.Until, ok = day(cell(until))
	return v, ok
}
