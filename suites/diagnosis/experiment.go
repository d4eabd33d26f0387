package diagnosis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// times is how often each half of an experiment is made.
const times = 2

// everything is the cause that needs no trait.
const everything = "refuses.everything"

// mostTried is how many causes are tried in one run: more of them are many findings
// of a receiver that does nothing right.
const mostTried = 20

// prove tries causes that are not proved yet: the plain event with the trait, and
// without it. It reports whether one was shown to be none, so that there may be others.
func (d *Diagnosis) prove(chosen []candidate, byID map[string]judge.Case, try func(...judge.Spec) []judge.Outcome) (others bool) {
	var specs []judge.Spec
	with := map[string]experiment{} // by cause
	for _, c := range chosen {
		if d.tried[c.key()] || c.ends(byID) || c.does == judge.Leaks || len(d.tried)+len(with) >= mostTried {
			continue
		}
		x := d.experiment(c, byID)
		x.first = len(specs)
		specs = append(specs, x.specs...)
		with[c.key()] = x
	}
	if len(with) == 0 {
		return false
	}
	tries := len(specs)
	for range times {
		d.plain++ // each has people of its own
		specs = append(specs, judge.Spec{Requirement: tried(fmt.Sprintf("plain-%d", d.plain)), Body: func(ctx context.Context, s *judge.Session) {
			s.Verify(s.Genuine(ctx, s.Emit(ctx, s.Plainest())))
		}})
	}
	outcomes := try(specs...)
	if len(outcomes) < len(specs) {
		return false
	}
	red := func(o judge.Outcome) bool { return o.Finding != nil }
	passed := func(o judge.Outcome) bool { return o.Status == judge.Passed }
	all := func(of []judge.Outcome, is func(judge.Outcome) bool) bool {
		return !slices.ContainsFunc(of, func(o judge.Outcome) bool { return !is(o) })
	}
	plain := all(outcomes[tries:], passed)
	for key, x := range with {
		d.tried[key] = true
		of := outcomes[x.first : x.first+len(x.specs)]
		switch {
		// What is red without the trait proves nothing, but of a cause that is always there.
		case x.seen+len(of) >= times && (plain || key == everything) && all(of, red) && !x.untried:
			d.proofs[key] = Experiment
		case len(of) == 0 || !plain || !all(of, passed):
		case x.trait:
			d.refuted[key], others = true, true
		case x.own:
			d.passing[key], others = true, true
		}
	}
	return others
}

// experiment is the half of one in which a cause has to show.
type experiment struct {
	specs []judge.Spec
	first int  // where they are among all
	trait bool // they are about the plain event with a trait
	own   bool // they are what was red, once more
	// untried reports that the trait was not tried by itself: what was red is, with all
	// else that it has.
	untried bool
	// seen is how often it has shown by itself before, the receiver doing nothing else.
	seen int
}

// ends reports whether it ends the receiver, which was tried when that happened.
func (c candidate) ends(byID map[string]judge.Case) bool {
	if isEnd(c.does) {
		return true
	}
	for id := range c.explains {
		if byID[id].Blamed {
			return true
		}
	}
	return false
}

// onceMore is a spec of the suite as an experiment, at the same time of a run.
func onceMore(sp judge.Spec, id string) judge.Spec {
	phase := sp.Phase
	sp.Requirement = tried(id)
	sp.Phase = phase
	return sp
}

func tried(id string) judge.Requirement {
	return judge.Requirement{ID: "experiment." + id, Level: judge.Should}
}

// experiment has a cause show: by the plain event with its trait or, where it is of no
// trait of an event, by judging the requirement that shows it once more, as often as it
// was not seen yet with the receiver to itself.
func (d *Diagnosis) experiment(c candidate, byID map[string]judge.Case) (x experiment) {
	shown := byID[smallest(c.showing(), byID)]
	for n := range times {
		sp, ok := d.plainWith(c, shown, n)
		if !ok {
			sp, ok = d.placedAs(c, n)
		}
		if !ok {
			// In a run of few requirements nothing tells its trait from what comes with it.
			x.untried = d.partial
			sp, ok = d.variantWith(c, n)
		}
		if ok {
			x.specs = append(x.specs, sp)
		}
	}
	if x.trait = len(x.specs) > 0; x.trait {
		return x
	}
	x.own = c.family == nil && c.frame == nil
	x.untried = len(c.traits) > 0 && d.partial || slices.ContainsFunc(c.traits, (*trait).ofMember) && !d.nothingElse(c, shown)
	var ids []string // of those that send something
	for _, id := range sortedIDs(c.explains) {
		if _, sends := d.specs[id]; !sends {
			continue
		}
		ids = append(ids, id)
		if o := byID[id]; o.About >= 0 && o.Sent[o.About].Alone {
			x.seen++
		}
	}
	if len(ids) == 0 {
		return experiment{}
	}
	quickest := d.specs[slices.MinFunc(ids, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(closing(d.specs[a]), closing(d.specs[b])),
			cmp.Compare(byID[a].Answering, byID[b].Answering), cmp.Compare(a, b))
	})]
	for n := range times - x.seen {
		x.specs = append(x.specs, onceMore(quickest, fmt.Sprintf("%s-%d", c.id, n+1)))
	}
	return x
}

// placedAs is two plain events in the places that a cause is about.
func (d *Diagnosis) placedAs(c candidate, n int) (judge.Spec, bool) {
	perEntry := map[*trait]int{severalEntries: 1, laterEntries: 1, severalEvents: 2, laterEvents: 2}
	if len(c.traits) != 1 || perEntry[c.traits[0]] == 0 {
		return judge.Spec{}, false
	}
	return judge.Spec{Requirement: tried(fmt.Sprintf("%s-%d", c.id, n+1)), Body: func(ctx context.Context, s *judge.Session) {
		sent := s.Send(ctx, s.Batch(perEntry[c.traits[0]], s.Event(s.Plainest()), s.Event(s.Plainest())))
		if c.does == judge.Loses || c.does == judge.Misreads || c.does == judge.Misaddresses || c.does == judge.Repeats {
			s.Verify(s.Handled(ctx, sent))
			return
		}
		s.Verify(s.Acknowledged(sent))
	}}, true
}

// nothingElse reports whether what shows a cause has its traits, and nothing else that
// the plain events do not have.
func (d *Diagnosis) nothingElse(c candidate, shown judge.Case) bool {
	if shown.About < 0 {
		return false
	}
	for id, t := range d.world.ofBody(shown.Sent[shown.About]) {
		of := func(other *trait) bool { return other.at == t.at }
		if d.world.plain[id] == nil && !slices.ContainsFunc(c.traits, of) {
			return false
		}
	}
	return true
}

// variantWith is the variant of the catalogue that has the traits of a cause, and the
// fewest that the plain events do not have.
func (d *Diagnosis) variantWith(c candidate, n int) (judge.Spec, bool) {
	if len(c.traits) == 0 || !slices.Contains(refusals, c.does) && c.does != judge.Loses {
		return judge.Spec{}, false
	}
	best, fewest := "", 0
	for _, v := range d.catalogue.All() {
		ts, ok := d.world.ofVariant(v)
		if !ok || slices.ContainsFunc(c.traits, func(t *trait) bool { return !ts.have(t) }) {
			continue
		}
		further := 0
		for id := range ts {
			if d.world.plain[id] == nil {
				further++
			}
		}
		if best == "" || further < fewest {
			best, fewest = v.ID, further
		}
	}
	return judge.Spec{Requirement: tried(fmt.Sprintf("%s-%d", c.id, n+1)), Body: func(ctx context.Context, s *judge.Session) {
		ev := s.Event(best)
		if c.does != judge.Loses {
			s.Verify(s.Acknowledged(s.Send(ctx, judge.Alone(ev))))
			return
		}
		if unmet := judge.EvidenceOf(ev).Unmet(s.Calibration()); unmet != "" {
			s.Inapplicable(unmet)
		}
		s.Verify(s.Handled(ctx, s.Send(ctx, judge.Alone(ev))))
	}}, best != ""
}

func closing(sp judge.Spec) int {
	if sp.Phase == judge.Closing {
		return 1
	}
	return 0
}

// plainWith is the plain event with the trait of a cause and nothing else.
func (d *Diagnosis) plainWith(c candidate, shown judge.Case, n int) (judge.Spec, bool) {
	if len(c.traits) == 0 || shown.About < 0 || len(shown.Sent[shown.About].Events) == 0 {
		return judge.Spec{}, false
	}
	sent := shown.Sent[shown.About]
	other := sent.Events[max(0, shown.Event)].JSON
	plainest := map[judge.Kind]string{judge.KindPostback: "postback.get-started", judge.KindReferral: "referral.shortlink", judge.KindOther: "message.text"}
	variant := plainest[judge.Read(other).Kind]
	probe, ok := d.catalogue.ByID(variant)
	if !ok {
		return judge.Spec{}, false
	}
	if _, can := withAll(c.traits, probe.Event, other); !can {
		return judge.Spec{}, false
	}
	return judge.Spec{Requirement: tried(fmt.Sprintf("%s-%d", c.id, n+1)), Body: func(ctx context.Context, s *judge.Session) {
		person := s.Person()
		ev := s.EventOf(person, variant, func(doc json.RawMessage) (json.RawMessage, error) {
			changed, _ := withAll(c.traits, doc, other)
			if judge.Read(other).Addressable() && !judge.Read(changed).Addressable() { // a person without an id has another name
				return event.Set("/sender", fmt.Sprintf(`{"user_ref":%q}`, person.UserRef))(changed)
			}
			return changed, nil
		})
		sent := s.Send(ctx, judge.Alone(ev))
		switch c.does {
		case judge.Loses, judge.Misreads, judge.Misaddresses, judge.Repeats:
			s.Verify(s.Handled(ctx, sent))
		default:
			s.Verify(s.Acknowledged(sent))
		}
	}}, true
}

// withAll gives a plain event several traits; false where one cannot be given.
func withAll(traits []*trait, plain, other json.RawMessage) (json.RawMessage, bool) {
	for i, t := range traits {
		changed, ok := t.with(plain, other)
		switch {
		case ok:
			plain = changed
		case i > 0 && t.change == absent: // it came with what the traits before brought
		default:
			return nil, false
		}
	}
	return plain, true
}
