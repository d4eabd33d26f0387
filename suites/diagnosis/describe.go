package diagnosis

import (
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Describe describes a cause by its id, without a receiver: what it is, why it matters
// and how it is fixed. It reports false where there is no cause with this id for a
// suite of these requirements, and this catalogue.
func Describe(id string, catalogue *schemas.Catalogue, requirements []judge.Requirement) (Cause, bool) {
	for _, f := range families {
		if f.id != id {
			continue
		}
		c := Cause{ID: id, Title: f.title, Why: f.why, Remedy: f.remedy, Fix: f.fix}
		for _, r := range requirements {
			if matches(f.members, r.ID) {
				c.Explains = append(c.Explains, r.ID)
				if c.Why == "" {
					c.Why, c.Remedy = r.Why, r.Remedy
				}
			}
		}
		return c, true
	}
	verb, what, _ := strings.Cut(id, ".")
	deed := judge.Deed(verb)
	if does(deed, 0) == does(judge.Breaks, 0) {
		return Cause{}, false
	}
	for _, r := range requirements {
		if word(r.ID) == what {
			return Cause{
				ID: id, Title: does(deed, 0) + ", against: " + r.Title, Level: r.Level, Why: r.Why, Remedy: r.Remedy,
				Fix: fixes.ForRequirement(r.ID), Explains: []string{r.ID},
			}, true
		}
	}
	if what == passing {
		f := familyPassing(sort{does: deed})
		return Cause{ID: id, Title: f.title, Why: f.why, Remedy: f.remedy}, true
	}
	c := candidate{id: id, does: deed}
	known := possible(catalogue)
	var ok bool
	if c.traits, ok = traitsOf(what, known); !ok {
		return Cause{}, false
	}
	why, remedy, fix := advice(c)
	return Cause{ID: id, Title: title(c, judge.Case{}), Why: why, Remedy: remedy, Fix: fix}, true
}

// traitsOf are the traits that an id names: one, or two with a word between that may
// also stand in their own.
func traitsOf(what string, known traits) ([]*trait, bool) {
	const between = "-and-"
	one := func(id string) (*trait, bool) {
		if t, ok := known[id]; ok {
			return t, true
		}
		return ofValue(id, known)
	}
	if t, ok := one(what); ok {
		return []*trait{t}, true
	}
	for i := range what {
		if !strings.HasPrefix(what[i:], between) {
			continue
		}
		a, first := one(what[:i])
		b, second := one(what[i+len(between):])
		if first && second {
			return []*trait{a, b}, true
		}
	}
	return nil, false
}

// ofValue is a trait whose id has a value in it: a type, a word of a closed set, the name
// of an object.
func ofValue(id string, known traits) (*trait, bool) {
	if parent, is := strings.CutPrefix(id, "unknown-members-of-"); is {
		return &trait{id: id, text: "the " + strings.ReplaceAll(parent, "-", " ") + " has a member that nobody knows yet"}, true
	}
	if member, is := strings.CutSuffix(id, "-of-any-type"); is {
		return &trait{id: id, text: "the event has " + strings.ReplaceAll(member, "-", "_") + ", of whatever type"}, known[member] != nil
	}
	for _, c := range []struct{ prefix, says string }{{"long-", "longer than 255 bytes"}, {"other-", otherValue}} {
		if member, is := strings.CutPrefix(id, c.prefix); is && known["no-"+member] != nil {
			return ofMemberIn(id, known["no-"+member], c.says), true
		}
	}
	if member, jsonType, is := strings.Cut(id, "-as-"); is && known["no-"+member] != nil {
		return ofMemberIn(id, known["no-"+member], withArticle(jsonType)), true
	}
	for i := len(id); i > 0; i = strings.LastIndex(id[:i], "-") {
		if t := known["no-"+id[:i]]; t != nil && i < len(id) {
			value := kindValue(id[i+1:])
			if strings.HasPrefix(t.at, "referral.") || !valued[t.at] {
				value = strings.ToUpper(value)
			}
			return ofMemberIn(id, t, value), true
		}
	}
	return nil, false
}

// ofMemberIn says something about the member that another trait is about.
func ofMemberIn(id string, about *trait, says string) *trait {
	return &trait{id: id, text: sayValue(about.at, says), at: about.at, change: present}
}

// kindValue is the value that a word of an id stands for.
func kindValue(word string) string { return strings.ReplaceAll(word, "-", "_") }

// possible are the traits that the members of the catalogue can have.
func possible(catalogue *schemas.Catalogue) traits {
	d := New(catalogue, nil)
	w := newWorld(nil, d.known)
	ts := traits{}
	for name := range d.known {
		parent, member, _ := strings.Cut(name, ".")
		for _, v := range []any{nil, "", "text"} {
			w.ofMember(parent, member, v, true, 0, ts)
		}
		w.ofMember(parent, member, nil, false, 0, ts)
		ts.add(wrong("/" + parent + "/" + member))
	}
	for _, doc := range []map[string]any{{}, {"postback": map[string]any{}}, {"referral": map[string]any{}}} {
		ofKind(doc, ts)
	}
	ofUnknown("event", nil, ts)
	ofInstant("1527459824", ts)
	ofText([]byte(`"\u00e9\/ 😀 é\u200d"`), ts)
	for _, t := range []*trait{otherTypes, typedMembers, laterEntries, laterEvents, bareForm, otherObject, severalEntries, severalEvents, over500Events, bodyOver100, bodyOver500, listOfDeliveries, longIDs} {
		ts.add(t)
	}
	return ts
}
