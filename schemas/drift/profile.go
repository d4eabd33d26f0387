package drift

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Profile sums up samples: which kinds of events there are, which members they
// have, of which types, and which values of closed sets. Two profiles can be
// compared. It is not safe for concurrent use: give each goroutine one of its
// own, and merge them.
type Profile struct {
	catalogue *schemas.Catalogue
	samples   int
	events    int
	variants  map[string]int
	kinds     map[kind]*node
	drift     tally // what cannot be summed up: bodies that are not JSON
}

// kind tells events apart that have nothing to do with each other.
type kind struct{ object, event string }

// node sums up the values that stood in one place.
type node struct {
	sighting
	members map[string]*node // of objects; "-" for the elements of lists
	objects int              // how many of the values were objects
	types   map[string]*sighting
	values  map[string]*sighting // of closed sets
}

// sighting is how often something was seen, and when.
type sighting struct {
	count       int
	first, last string
	where       string
	example     any // the value, or for a value of a set the whole event
	event       any
}

func (s *sighting) see(at Sample, value, event any) {
	s.count++
	if s.count == 1 || earlier(at.At, s.first) {
		s.first, s.where, s.example, s.event = at.At, at.Where, value, event
	}
	s.last = max(s.last, at.At)
}

func (s *sighting) merge(other sighting) {
	if s.count == 0 || earlier(other.first, s.first) {
		s.first, s.where, s.example, s.event = other.first, other.where, other.example, other.event
	}
	s.count += other.count
	s.last = max(s.last, other.last)
}

// NewProfile sums samples up; the catalogue tells kinds of events and closed
// sets.
func NewProfile(c *schemas.Catalogue) *Profile {
	return &Profile{catalogue: c, variants: map[string]int{}, kinds: map[kind]*node{}}
}

// Add takes in one sample.
func (p *Profile) Add(s Sample) {
	p.samples++
	r, err := p.catalogue.Read(s.Body)
	if err != nil {
		p.drift.add(Item{What: Unreadable, Detail: err.Error()}.seen(s))
		return
	}
	body, _ := schemas.Decode(s.Body)
	p.events += len(r.Events)
	for _, e := range r.Events {
		for _, id := range first(e.Variants, e.Nearest) {
			p.variants[id]++
		}
		k := kind{e.Object, e.Kind}
		if p.kinds[k] == nil {
			p.kinds[k] = &node{}
		}
		event, _ := schemas.ValueAt(body, e.Pointer)
		p.see(p.kinds[k], s, "", "", event, event)
	}
}

// see takes in a value; above and name are the names of the object that it is
// in and of the member that it is.
func (p *Profile) see(n *node, s Sample, above, name string, value, event any) {
	n.sighting.see(s, value, event)
	t := schemas.TypeName(value)
	if n.types == nil {
		n.types = map[string]*sighting{}
	}
	if n.types[t] == nil {
		n.types[t] = &sighting{}
	}
	n.types[t].see(s, value, event)
	switch v := value.(type) {
	case string:
		if known, _ := p.catalogue.KnownValues(above, name); len(known) > 0 && len(n.values) < mostValues {
			if n.values == nil {
				n.values = map[string]*sighting{}
			}
			if n.values[v] == nil {
				n.values[v] = &sighting{}
			}
			n.values[v].see(s, value, event)
		}
	case []any:
		for _, element := range v {
			p.see(n.member("-"), s, name, name+"/-", element, event)
		}
	case map[string]any:
		n.objects++
		for member, inner := range v {
			if strings.Trim(member, "0123456789") == "" {
				member = "-" // an id, as in app_roles
			}
			if n.members[member] == nil && len(n.members) >= mostMembers {
				continue
			}
			p.see(n.member(member), s, name, member, inner, event)
		}
	}
}

// Foreign samples can have any number of values and of members.
const (
	mostValues  = 1000
	mostMembers = 1000
)

func (n *node) member(name string) *node {
	if n.members == nil {
		n.members = map[string]*node{}
	}
	if n.members[name] == nil {
		n.members[name] = &node{}
	}
	return n.members[name]
}

// Merge adds what another profile of the same catalogue holds.
func (p *Profile) Merge(other *Profile) {
	p.samples += other.samples
	p.events += other.events
	for id, n := range other.variants {
		p.variants[id] += n
	}
	for k, n := range other.kinds {
		if p.kinds[k] == nil {
			p.kinds[k] = &node{}
		}
		p.kinds[k].merge(n)
	}
	p.drift.join(other.drift)
}

func (n *node) merge(other *node) {
	n.sighting.merge(other.sighting)
	n.objects += other.objects
	for name, m := range other.members {
		n.member(name).merge(m)
	}
	n.types = mergeSightings(n.types, other.types)
	n.values = mergeSightings(n.values, other.values)
}

func mergeSightings(into, from map[string]*sighting) map[string]*sighting {
	for name, s := range from {
		if into == nil {
			into = map[string]*sighting{}
		}
		if into[name] == nil {
			into[name] = &sighting{}
		}
		into[name].merge(*s)
	}
	return into
}

// Compare says how the samples of this profile differ from those of an earlier
// one. A kind of event that only the earlier one has is no difference: nobody
// may have sent one.
func (p *Profile) Compare(before *Profile) Report {
	c := comparison{}
	c.drift.join(p.drift)
	for k, now := range p.kinds {
		was := before.kinds[k]
		if was == nil {
			c.add(k, NewEvent, schemas.Pointer(k.event), "the earlier samples have no event of this kind", now.sighting)
			continue
		}
		c.nodes(k, "", was, now)
	}
	return Report{Samples: p.samples, Events: p.events, Variants: maps.Clone(p.variants), Items: c.drift.sorted(), More: c.drift.more}
}

// comparison gathers the differences of two profiles.
type comparison struct{ drift tally }

func (c *comparison) add(k kind, w What, pointer, detail string, s sighting) {
	i := Item{
		What: w, Object: k.object, Event: k.event, Pointer: pointer, Detail: detail,
		Count: s.count, First: s.first, Last: s.last, Where: s.where, event: s.event,
	}
	i.Class, i.Breaks = meaning(w)
	i = i.like(s.example)
	i.ID = i.id()
	c.drift.add(i)
}

func (c *comparison) nodes(k kind, pointer string, was, now *node) {
	for t, s := range now.types {
		if was.types[t] == nil {
			c.add(k, ChangedType, pointer, fmt.Sprintf("is %s, was %s", t, list(was.types)), *s)
		}
	}
	for v, s := range now.values {
		if was.values[v] == nil && len(was.values) > 0 {
			c.add(k, NewValue, pointer, fmt.Sprintf("is %q, was %s", v, list(was.values)), *s)
		}
	}
	for name, m := range now.members {
		inner := pointer + "/" + name
		if before := was.members[name]; before != nil {
			c.nodes(k, inner, before, m)
		} else if name != "-" || was.objects > 0 {
			c.add(k, NewMember, inner, "the earlier samples do not have it", m.sighting)
		}
	}
	for name, before := range was.members {
		now, there := now.members[name], now.objects
		if name == "-" || there == 0 {
			continue
		}
		inner := pointer + "/" + name
		switch {
		case now == nil && expected(before.count, was.objects, there):
			c.vanished(k, inner, before.count, was.objects, there)
		case now == nil:
		case before.count == was.objects && now.count < there:
			c.vanished(k, inner, before.count, was.objects, there-now.count)
		}
	}
}

// expected reports whether a member that so many of the earlier objects had
// would have come by now: at least three times, or always.
func expected(had, of, now int) bool { return had == of || now*had >= 3*of }

// vanished notes a member that some events had, and that is missing now.
func (c *comparison) vanished(k kind, pointer string, had, of, missing int) {
	detail := fmt.Sprintf("%d of %d earlier ones had it", had, of)
	if had == of {
		detail = "every earlier one had it"
	}
	i := Item{What: VanishedMember, Object: k.object, Event: k.event, Pointer: pointer, Detail: detail, Count: missing}
	i.Class, i.Breaks = meaning(VanishedMember)
	if had < of {
		i.Class = Risky // it was never always there
	}
	i.ID = i.id()
	c.drift.add(i)
}

func list(of map[string]*sighting) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), " or ")
}
