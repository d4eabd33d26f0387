package schemas

import (
	"slices"
	"strings"
)

// ofAnotherDay appends that an event has the shape of variants that are not of this
// catalogue's day. Those that were only observed do not count: when they began nobody
// knows.
func (c *Catalogue) ofAnotherDay(found []Problem, at place, event any) []Problem {
	if c.ever == nil {
		return found
	}
	r := c.ever.reader()
	object := at.object
	if object == "" && at.form == FormMessaging {
		object = "page" // an event alone does not say it
	}
	var first Variant
	for _, id := range r.events[shapeKey{at.form, object, r.shape("", event)}] {
		v := c.ever.variants.sorted[c.ever.variants.index[id]]
		if v.Status == Observed {
			return found
		}
		if first.ID == "" || v.Since < first.Since {
			first = v
		}
	}
	says := "since " + first.Since
	switch {
	case first.ID == "":
		return found
	case first.Until != "" && firstDay(first.Until) <= c.day:
		says = "no more, from " + first.Until + " on"
	}
	return append(found, Problem{
		Breach: OtherDay, Pointer: at.pointer, Message: "has the shape of " + first.ID + ", which Meta sends " + says,
	})
}

// hasProblemBelow reports whether there is a problem at a pointer, or below it.
func hasProblemBelow(problems []Problem, pointer string) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool {
		return p.Pointer == pointer || strings.HasPrefix(p.Pointer, pointer+"/")
	})
}
