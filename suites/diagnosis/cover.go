package diagnosis

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// candidate is what may be a cause.
type candidate struct {
	id       string
	does     judge.Deed
	status   int
	family   *family  // nil: it is of a trait or of one requirement
	traits   []*trait // that have to be there together
	rank     int
	explains map[string]bool // ids of red requirements
	partial  bool            // something that it would explain is green
	frame    *trace.Frame    // where the receiver's own code fails; nil: not known
	killers  map[string]bool // what ended it and is not red
	marks    []*trait        // to mark in what shows it; nil: traits
	shows    map[string]bool // of explains those that have its traits; nil: all
}

// candidate is one of this sort that explains nothing yet. what is its id behind the verb.
func (s sort) candidate(what string, rank int, traits ...*trait) candidate {
	return candidate{id: string(s.does) + "." + what, does: s.does, status: s.status, traits: traits, rank: rank, explains: map[string]bool{}}
}

// key is unique to a candidate: its id is not, as some that are of one requirement share
// that of others.
func (c candidate) key() string {
	if c.rank == rankSingle {
		return c.id + " alone"
	}
	return c.id
}

// sort is what its symptoms have in common, but for their place.
func (c candidate) sort() sort { return sort{does: c.does, status: c.status} }

// Ranks of what is no trait.
const (
	rankFamily = -1
	rankPair   = 500
	rankSingle = 1000
)

// cover finds the fewest candidates that explain all symptoms and contradict nothing
// that was green: it repeatedly takes the one that explains most of what is left, and of
// several the most general.
// refuted are candidates that experiments have shown to be none, and beside are the
// outcomes of requirements that are not judged in this run.
func (w *world) cover(cases []judge.Case, symptoms []symptom, refuted map[string]bool, beside map[string]judge.Outcome) []candidate {
	all := familiesOf(cases, symptoms, beside)
	bySort := map[sort][]symptom{}
	for _, s := range symptoms {
		bySort[s.sort()] = append(bySort[s.sort()], s)
		all = append(all, single(s))
	}
	greens := map[judge.Deed][]traits{}
	for kind, of := range bySort {
		if !slices.Contains(structural, kind.does) {
			continue
		}
		if _, ok := greens[kind.does]; !ok {
			greens[kind.does] = w.greens(cases, kind.does)
		}
		green := index(greens[kind.does])
		all = append(all, byTrait(kind, of, green)...)
		all = append(all, byPair(kind, of, green)...)
		all = append(all, byValue(kind, of, greens[kind.does])...)
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return refuted[c.key()] })
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })

	left := map[string]bool{}
	for _, s := range symptoms {
		left[s.id()] = true
	}
	chosen := byPlace(bySort, all, left)
	adopt(chosen, symptoms, left)
	all = slices.DeleteFunc(all, func(c candidate) bool { return c.partial })
	for len(left) > 0 {
		c := best(all, func(c candidate) (n int) {
			for id := range c.explains {
				if left[id] {
					n++
				}
			}
			return n
		})
		mine := map[string]bool{}
		for id := range c.explains {
			if left[id] {
				mine[id] = true
				delete(left, id)
			}
		}
		c.explains = mine
		chosen = append(chosen, c)
	}
	return joined(chosen)
}

// best is the first candidate with the highest score. There is always one that explains
// something: each symptom by itself.
func best(all []candidate, score func(candidate) int) candidate {
	at, most := 0, 0
	for i, c := range all {
		if n := score(c); n > most {
			at, most = i, n
		}
	}
	return all[at]
}

// byPlace are the causes of what failed at one place of the receiver's code, whatever
// was sent. Each has the name of the candidate that explains most of it.
func byPlace(bySort map[sort][]symptom, all []candidate, left map[string]bool) (chosen []candidate) {
	for kind, symptoms := range bySort {
		if kind.place == "" {
			continue
		}
		c := best(all, func(c candidate) (n int) {
			for _, s := range symptoms {
				if c.does == kind.does && c.explains[s.id()] {
					n += 4
				}
			}
			if n > 0 { // of those that explain as much, the one that the exception names
				n += c.named(symptoms[0])
			}
			return n
		})
		c.shows = c.explains
		c.frame, c.explains = &symptoms[0].frame, map[string]bool{}
		for _, s := range symptoms {
			c.explains[s.id()] = true
			delete(left, s.id())
		}
		chosen = append(chosen, c)
	}
	slices.SortFunc(chosen, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })
	return chosen
}

// adopt gives symptoms whose place is not known to the causes of places that have all of
// their traits.
func adopt(chosen []candidate, symptoms []symptom, left map[string]bool) {
	for _, s := range symptoms {
		if s.place != "" || !left[s.id()] {
			continue
		}
		i := slices.IndexFunc(chosen, func(c candidate) bool {
			lacks := func(t *trait) bool { return s.traits[t.id] == nil }
			return c.does == s.does && c.status == s.status && len(c.traits) > 0 && !slices.ContainsFunc(c.traits, lacks)
		})
		if i >= 0 {
			chosen[i].explains[s.id()] = true
			delete(left, s.id())
		}
	}
}

// named says how well the member of a candidate fits the exception that a symptom came
// with: 3 where its message names it, 1 where the line of code does.
func (c candidate) named(s symptom) int {
	fit := 0
	for _, t := range c.traits {
		_, member, _ := strings.Cut(t.at, ".")
		switch {
		case member == "":
		case strings.Contains(s.exception, "'"+member+"'"), strings.Contains(s.exception, `"`+member+`"`):
			fit = max(fit, 3)
		case strings.Contains(s.frame.Code, member):
			fit = max(fit, 1)
		}
	}
	return fit
}

// joined makes one of candidates with the same id.
func joined(chosen []candidate) []candidate {
	var all []candidate
	for _, c := range chosen {
		i := slices.IndexFunc(all, func(other candidate) bool { return other.id == c.id })
		if i < 0 {
			all = append(all, c)
			continue
		}
		maps.Copy(all[i].explains, c.explains)
		all[i].frame = cmp.Or(all[i].frame, c.frame)
	}
	return all
}

// bits is a set of greens.
type bits []uint64

func (b bits) meets(o bits) bool {
	for i := range b {
		if b[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

func (b bits) any() bool { return b.meets(b) }

// index says which greens have a trait.
func index(greens []traits) func(id string) bits {
	all := map[string]bits{}
	words := len(greens)/64 + 1
	for n, g := range greens {
		for id := range g {
			if all[id] == nil {
				all[id] = make(bits, words)
			}
			all[id][n/64] |= 1 << (n % 64)
		}
	}
	none := make(bits, words)
	return func(id string) bits {
		if b, ok := all[id]; ok {
			return b
		}
		return none
	}
}

// byTrait are the candidates of one trait each.
func byTrait(kind sort, symptoms []symptom, green func(string) bits) []candidate {
	found := map[string]candidate{}
	for _, s := range symptoms {
		for id, t := range s.traits {
			c, met := found[id]
			if !met {
				if green(id).any() {
					continue
				}
				c = kind.candidate(id, t.rank, t)
				found[id] = c
			}
			c.explains[s.id()] = true
		}
	}
	return slices.Collect(maps.Values(found))
}

// byPair are the candidates of two traits that have to be there together, where neither
// is enough by itself.
func byPair(kind sort, symptoms []symptom, green func(string) bits) []candidate {
	const most = 60 // symptoms that are looked at; more have a trait of their own
	if len(symptoms) < 2 || len(symptoms) > most {
		return nil
	}
	found := map[string]candidate{}
	for _, s := range symptoms {
		ids := slices.Sorted(maps.Keys(s.traits))
		ids = slices.DeleteFunc(ids, func(id string) bool { return !green(id).any() }) // it does alone
		for i, a := range ids {
			of := green(a)
			for _, b := range ids[i+1:] {
				id := a + "+" + b
				c, met := found[id]
				if !met {
					if of.meets(green(b)) {
						continue
					}
					x, y := s.traits[a], s.traits[b]
					c = kind.candidate(a+"-and-"+b, rankPair+x.rank+y.rank, x, y)
					found[id] = c
				}
				c.explains[s.id()] = true
			}
		}
	}
	var all []candidate
	for _, c := range found {
		if len(c.explains) > 1 {
			all = append(all, c)
		}
	}
	return all
}

// single is the candidate of one requirement only.
func single(s symptom) candidate {
	kind := s.sort()
	kind.does = cmp.Or(kind.does, judge.Breaks)
	c := kind.candidate(word(s.id()), rankSingle)
	c.explains[s.id()] = true
	return c
}

// byValue are the candidates of one member that has, in all that was red, values that
// it has in nothing that was green.
func byValue(kind sort, symptoms []symptom, greens []traits) []candidate {
	values := func(ts traits) map[string][]string { // several, of the elements of a list
		all := map[string][]string{}
		for _, t := range ts {
			if text, is := t.value.(string); is && t.rank == rankValue {
				all[t.at] = append(all[t.at], text)
			}
		}
		return all
	}
	good := map[string]map[string]bool{}
	for _, g := range greens {
		for at, of := range values(g) {
			if good[at] == nil {
				good[at] = map[string]bool{}
			}
			for _, v := range of {
				good[at][v] = true
			}
		}
	}
	found := map[string]candidate{}
	unlike := map[string]map[string]bool{} // the values that are bad, by member
	for _, s := range symptoms {
		for at, of := range values(s.traits) {
			bad := slices.DeleteFunc(of, func(v string) bool { return good[at][v] })
			if good[at] == nil || len(bad) == 0 {
				continue
			}
			v := slices.Min(bad)
			c, met := found[at]
			if !met {
				parent, member, _ := strings.Cut(at, ".")
				t := &trait{
					id: "other-" + kindID(parent+"-"+member), text: sayValue(at, otherValue),
					rank: rankMember, at: at, change: present, value: v,
				}
				c = kind.candidate(t.id, t.rank, t)
				found[at] = c
			}
			c.explains[s.id()] = true
			if unlike[at] == nil {
				unlike[at] = map[string]bool{}
			}
			for _, v := range bad {
				unlike[at][v] = true
			}
		}
	}
	maps.DeleteFunc(found, func(at string, _ candidate) bool { return isOneKnown(at, unlike[at]) })
	return slices.Collect(maps.Values(found))
}

// isOneKnown reports whether values of a member are one alone, which Meta documents: then
// it is that value which a receiver cannot read, and not any that it does not know.
func isOneKnown(at string, values map[string]bool) bool {
	parent, member, _ := strings.Cut(at, ".")
	all := slices.Collect(maps.Keys(values))
	return len(all) == 1 && slices.Contains(schemas.Everything().KnownValuesIn(parent, member), all[0])
}
