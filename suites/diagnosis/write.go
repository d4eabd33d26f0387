package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// cause words a candidate.
func cause(c candidate, byID map[string]judge.Case) Cause {
	out := Cause{ID: c.id, Proof: Probable, Explains: sortedIDs(c.explains), Level: judge.Should}
	for _, id := range out.Explains {
		if byID[id].Status == judge.Failed {
			out.Level = judge.Must
		}
	}
	shown := byID[smallest(c.showing(), byID)]
	if c.family != nil {
		shown = byID[c.family.first(out.Explains)]
	}
	out.Only = c.only(shown, byID)
	f := shown.Finding
	out.Stimulus, out.Expected, out.Actual, out.Reproduce, out.Variant = f.Stimulus, f.Expected, f.Actual, f.Reproduce, f.Variant
	out.Why, out.Remedy = shown.Requirement.Why, cmp.Or(f.Remedy, shown.Requirement.Remedy)
	out.Fix = fixes.ForRequirement(shown.Requirement.ID)
	out.Title = title(c, shown)
	if why, remedy, fix := advice(c); remedy != "" {
		out.Why, out.Remedy, out.Fix = why, remedy, fix
	}
	if c.family != nil {
		out.Why, out.Remedy = cmp.Or(c.family.why, out.Why), cmp.Or(c.family.remedy, out.Remedy)
		out.Fix = cmp.Or(c.family.fix, out.Fix)
	}
	if c.does == judge.Leaks {
		out.Proof = Trace
	}
	if c.frame != nil {
		out.Proof, out.Where = Trace, c.frame.Place()
		if further := len(out.Explains) - len(c.showing()); further > 0 && len(c.traits) > 0 {
			out.Remedy += LineFailsOfMore
		}
	}
	with := shown // what shows the body
	for _, o := range c.cases(byID) {
		if with.About < 0 {
			with = o
		}
	}
	if with.About >= 0 {
		sent := with.Sent[with.About]
		marks := c.marks
		if marks == nil {
			marks = c.traits
		}
		if len(marks) > 0 {
			out.Body = marked(sent, with.Event, marks)
		}
	}
	for _, o := range append([]judge.Case{shown}, c.cases(byID)...) {
		for _, text := range own(o) {
			if _, _, ok := trace.First(text); ok && out.Output == "" {
				out.Output = trace.Short(text)
			}
		}
	}
	return out
}

// only are a few of the requirements that a candidate explains: of a family its members,
// in their order, else what shows it and then what else is a broken MUST.
func (c candidate) only(shown judge.Case, byID map[string]judge.Case) []string {
	const most = 3
	const last = 1 << 20
	rank := func(id string) int {
		switch o := byID[id]; {
		case o.Finding != nil && (o.About < 0 || o.Of != ""): // it may send nothing by itself
			return last
		case id == shown.Requirement.ID:
			return 0
		case c.family != nil:
			if i := slices.IndexFunc(c.family.members, func(p string) bool { return judge.Fits(p, id) }); i >= 0 {
				return 1 + i
			}
			return last - 1
		case o.Status == judge.Failed:
			return 1
		}
		return 2
	}
	ids := sortedIDs(c.explains)
	for _, id := range ids {
		if of := byID[id].Of; of != "" && !slices.Contains(ids, of) { // what it is about was sent for another
			ids = append(ids, of)
		}
	}
	ids = append(ids, sortedIDs(c.killers)...)
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	failed := func(id string) bool { return byID[id].Status == judge.Failed && rank(id) < last }
	if i := slices.IndexFunc(ids, failed); i > 0 { // a broken MUST is seen as one
		id := ids[i]
		ids = slices.Insert(slices.Delete(ids, i, i+1), 0, id)
	}
	ids = ids[:min(most, len(ids))]
	if isEnd(c.does) { // which is where the end is told
		ids = append(slices.DeleteFunc(ids[:1:1], func(id string) bool { return id == survives }), survives)
	}
	return ids
}

// cases are those that a candidate explains, and of which the receiver ended by it.
func (c candidate) cases(byID map[string]judge.Case) (all []judge.Case) {
	for _, id := range append(sortedIDs(c.explains), sortedIDs(c.killers)...) {
		all = append(all, byID[id])
	}
	return all
}

// survives is the requirement that reports every end.
const survives = "acknowledgement.survives"

// LineFailsOfMore ends the remedy of a cause whose place in the receiver's code fails of
// other things than the one that its title names.
const LineFailsOfMore = " That line fails in other cases too: look at all that it reads."

// showing are the ids of the requirements that show what a candidate names.
func (c candidate) showing() []string {
	all := sortedIDs(c.explains)
	shows := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return c.shows != nil && !c.shows[id] })
	if len(shows) == 0 { // what does is not red
		return all
	}
	return shows
}

// smallest is the requirement whose stimulus shows a cause with the least: a MUST
// before others, and one about something that was sent.
func smallest(ids []string, byID map[string]judge.Case) string {
	size := func(id string) int {
		c := byID[id]
		n := 1 << 22
		if c.About >= 0 {
			n = c.Sent[c.About].Size
		}
		if c.Status != judge.Failed {
			n += 1 << 21
		}
		return n
	}
	return slices.MinFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(a, b)) })
}

// title is the sentence of a cause.
func title(c candidate, shown judge.Case) string {
	if c.family != nil {
		return c.family.title
	}
	if shown.Requirement.Topic() == expect.Topic && c.does == judge.Breaks && len(c.traits) == 0 {
		return "It does not answer as expected: " + sentAs(shown)
	}
	if len(c.traits) == 0 { // it is of one requirement
		between := ": "
		if isEnd(c.does) {
			between = " after "
		}
		return does(c.does, c.status) + between + sentAs(shown)
	}
	var when []string
	for _, t := range c.traits {
		when = append(when, t.text)
	}
	return does(c.does, c.status) + " when " + strings.Join(when, " and ")
}

// sentAs names what was sent: of a talk that at which it failed, and not all before.
func sentAs(shown judge.Case) string {
	if shown.Requirement.Topic() == expect.Topic && shown.About >= 0 {
		return shown.Sent[shown.About].What
	}
	return shown.Finding.Stimulus
}

// does is what a receiver does, as the beginning of a sentence.
func does(d judge.Deed, status int) string {
	switch d {
	case judge.Refuses:
		if status == 0 {
			return "It refuses a delivery"
		}
		return fmt.Sprintf("It answers %d", status)
	case judge.HangsUp:
		return "It closes the connection without an answer"
	case judge.Hangs:
		return "It does not answer in time"
	case judge.Dies:
		return "It ends"
	case judge.Jams:
		return "It stops handling anything"
	case judge.Loses:
		return "It acknowledges and loses an event"
	case judge.Delays:
		return "It is slow"
	case judge.Misreads:
		return "It misunderstands an event"
	case judge.Misaddresses:
		return "It answers somebody else"
	case judge.Repeats:
		return "It handles an event more than once"
	case judge.Handles:
		return "It handles what it must not"
	case judge.Misanswers:
		return "It answers wrongly"
	case judge.Admits:
		return "It lets in a stranger"
	case judge.Leaks:
		return "It tells a stranger too much"
	case judge.Miscalls:
		return "Its calls of the Graph API are wrong"
	case judge.Storms:
		return "It sends the same again and again"
	case judge.Keeps:
		return "It does not give back what it takes"
	case judge.Shows:
		return "Its TLS is not what Meta needs"
	}
	return "It breaks a requirement"
}
