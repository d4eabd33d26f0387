package schemas

import (
	"errors"
	"slices"
)

// Comparison is what changed between the catalogues of two days.
type Comparison struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Came and Went are the variants of one day alone, by their IDs.
	Came []string `json:"came"`
	Went []string `json:"went"`
	// Changes are the steps of the history after From, up to To.
	Changes []Change `json:"changes"`
}

// Compare says what changed from one catalogue to a later one. The error says
// that one of them is of no day, or that they are in the wrong order.
func Compare(from, to *Catalogue) (Comparison, error) {
	switch {
	case from.day == "" || to.day == "":
		return Comparison{}, errors.New("two days are compared: a catalogue of all that Meta ever sent is of none")
	case from.day > to.day:
		return Comparison{}, errors.New("the earlier day comes first: " + to.day + " lies before " + from.day)
	}
	c := Comparison{From: from.day, To: to.day, Came: []string{}, Went: []string{}, Changes: []Change{}}
	for _, v := range to.variants.sorted {
		if _, there := from.variants.index[v.ID]; !there {
			c.Came = append(c.Came, v.ID)
		}
	}
	for _, v := range from.variants.sorted {
		if _, there := to.variants.index[v.ID]; !there {
			c.Went = append(c.Went, v.ID)
		}
	}
	c.Changes = slices.DeleteFunc(to.History(), func(change Change) bool {
		day := firstDay(change.Date)
		return day <= from.day || day > to.day
	})
	return c, nil
}
