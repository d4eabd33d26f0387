package diagnosis

import (
	"cmp"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Describe describes a cause by its id, without a receiver: what it is, why it matters
// and how it is fixed. It reports false where there is no cause with this id for a
// suite of these requirements, and this catalogue.
func Describe(id string, catalogue *schemas.Catalogue, requirements []judge.Requirement) (Cause, bool) {
	verb, what, _ := strings.Cut(id, ".")
	deed := judge.Deed(verb)
	if f := familyNamed(deed, what); f != nil {
		c := Cause{ID: id, Title: f.title, Why: f.why, Remedy: f.remedy, Fix: f.fix}
		byID := map[string]judge.Requirement{}
		for _, r := range requirements {
			if matches(f.members, r.ID) {
				c.Explains = append(c.Explains, r.ID)
				byID[r.ID] = r
			}
		}
		if len(c.Explains) > 0 {
			c.TakeWords(byID[f.first(c.Explains)])
		}
		return c, true
	}
	if !isDeed(deed) {
		return Cause{}, false
	}
	for _, r := range requirements {
		if word(r.ID) == what {
			title := does(deed, 0) + ". The requirement: " + r.Title
			if deed == judge.Breaks && r.Topic() == expect.Topic {
				title = "It does not answer as it has to. " + r.Title
			}
			return Cause{
				ID: id, Title: title, Level: r.Level, Why: r.Why, Remedy: r.Remedy,
				Fix: fixes.ForRequirement(r.ID), Explains: []string{r.ID},
			}, true
		}
	}
	c := candidate{id: id, does: deed}
	known := possible(catalogue)
	var ok bool
	if c.traits, ok = traitsOf(what, known); !ok {
		return Cause{}, false
	}
	described := Cause{ID: id, Title: title(c, judge.Case{})}
	if why, remedy, fix := advice(c); remedy != "" { // else a requirement says it better, as in a diagnosis
		described.Why, described.Remedy, described.Fix = why, remedy, fix
	}
	return described, true
}

// TakeWords lets a requirement say what a cause has no words of its own for: why it
// matters, how it is mended, and with that the topic of the code for it.
func (c *Cause) TakeWords(r judge.Requirement) {
	c.Why = cmp.Or(c.Why, r.Why)
	if c.Remedy == "" {
		c.Remedy, c.Fix = r.Remedy, cmp.Or(c.Fix, fixes.ForRequirement(r.ID))
	}
}

// OfExpectation reports whether an id is that of a cause which only an expectation can
// have, be that known or not.
func OfExpectation(id string) bool {
	verb, what, _ := strings.Cut(id, ".")
	return isDeed(judge.Deed(verb)) && strings.HasPrefix(what, expect.Topic+"-")
}

// isDeed reports whether a verb is one of those that ids begin with.
func isDeed(d judge.Deed) bool {
	return d == judge.Breaks || does(d, 0) != does(judge.Breaks, 0)
}

// familyNamed is the family of an id, cut at its dot; nil if there is none. What ends the
// receiver keeps the words of the family and takes another verb.
func familyNamed(deed judge.Deed, what string) *family {
	if what == passing && isDeed(deed) {
		return familyPassing(sort{does: deed})
	}
	for _, f := range families {
		_, words, _ := strings.Cut(f.id, ".")
		if words == what && (deed == f.deed() || isEnd(deed)) {
			return &f
		}
	}
	return nil
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
	if t, ok := known[what]; ok {
		return []*trait{t}, true
	}
	// Two before one with a value, which could be any words.
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
	if t, ok := ofValue(what, known); ok {
		return []*trait{t}, true
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
		if parent == "event" { // which a receipt has at its top
			ts.add(wrong("/" + member))
		}
	}
	ts.add(wrong("/kind"))
	for _, doc := range []map[string]any{{}, {"postback": map[string]any{}}, {"referral": map[string]any{}}} {
		ofKind(doc, ts)
	}
	ofUnknown("event", nil, ts)
	ofInstant("1527459824", ts)
	ofText([]byte(`"\u00e9\/ 😀 e\u0301\u200d"`), ts)
	for _, t := range []*trait{otherTypes, typedMembers, laterEntries, laterEvents, bareForm, otherObject, severalEntries, severalEvents, over500Events, bodyOver100, bodyOver500, listOfDeliveries, longIDs} {
		ts.add(t)
	}
	return ts
}
