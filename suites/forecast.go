package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/forecast"
	"github.com/seed-11445fa1/referee/schemas"
)

// forecasts are payloads that nobody has seen yet. Which ones a run makes is
// decided by its seed, so they are one requirement and not hundreds.
func forecasts(spec register) {
	spec(Requirement{
		ID: "evolution.forecast", Level: Should, Basis: Observed,
		Title:  "Plausible payloads of the future are acknowledged, and the events after them handled",
		Source: Source{URL: "https://github.com/netguru/messenger-ruby/issues/24", Quote: "unknown keyword: read"},
		Why:    "Meta added members, removed some, sent null, texts for numbers and numbers for texts. A receiver that fails on such a payload gets it again for an hour, and is then unsubscribed.",
		Remedy: "Acknowledge every delivery whose signature is right, and take each member only if it is there and of the type that you expect. The finding names the smallest change that fails; its variant file reproduces it.",
		Needs:  []Need{aForecast, anAcknowledgement},
	}, func(ctx context.Context, s *Session) {
		env := s.engine.env
		random := rand.New(rand.NewPCG(uint64(env.Platform.Options().Seed), 0))
		variants := forecast.Variants(env.Catalogue)
		for sent := 0; sent < env.Forecasts; sent += together {
			var trials []trial
			for range min(together, env.Forecasts-sent) {
				trials = append(trials, s.try(ctx, forecast.Next(random, variants)))
			}
			s.Verify(s.smallest(ctx, trials, s.judgeTrials(ctx, trials)))
		}
	})
}

// together is how many forecasts are waited for at a time.
const together = 50

// aForecast is for requirements that are only judged when somebody asks.
var aForecast = Need{
	Text: "payloads of the future were asked for with --evolve",
	unmet: func(c Calibration) string {
		if c.env.Forecasts > 0 {
			return ""
		}
		return "no payload of the future was asked for; --evolve 100 makes a hundred"
	},
}

// trial is a forecast that was sent, and a good event right after it.
type trial struct {
	forecast.Forecast
	odd, good *Delivery
}

// try sends a forecast.
func (s *Session) try(ctx context.Context, f forecast.Forecast) trial {
	ev, err := s.fill(s.Person(), s.variantOf(f))
	s.must(err)
	st := alone(ev)
	st.What = f.String()
	t := trial{Forecast: f}
	t.odd, t.good = s.SendThenGood(ctx, st)
	return t
}

// owed are the events of a trial that have to be handled: the good one, and the
// odd one if all that a receiver knows is still in it, and what it does about it
// can be told from what it does about others.
func (s *Session) owed(t trial) []event.Event {
	ev := t.odd.Events[0]
	if t.Keeps() && own(ev) && read(ev.JSON).addressable() && evidenceOf(ev).unmet(s.engine.cal) == "" {
		return []event.Event{t.good.Events[0], ev}
	}
	return t.good.Events
}

// judgeTrials returns a finding for each trial, nil for those that went well.
// All of them are waited for together.
func (s *Session) judgeTrials(ctx context.Context, trials []trial) []*Finding {
	findings := make([]*Finding, len(trials))
	var watched []event.Event
	var of []int // the trial of each watched event
	for i, t := range trials {
		if findings[i] = s.Acknowledged(t.odd); findings[i] != nil {
			continue
		}
		if findings[i] = s.Acknowledged(t.good); findings[i] != nil {
			continue
		}
		for _, ev := range s.owed(t) {
			watched, of = append(watched, ev), append(of, i)
		}
	}
	found := s.awaited(ctx, watched)
	for n, ev := range watched {
		want, _ := s.want(ev)
		if i := of[n]; findings[i] == nil && !found[n].tally().covers(want) {
			d := trials[i].good
			if ev.Session.Name == trials[i].odd.Events[0].Session.Name {
				d = trials[i].odd
			}
			findings[i] = s.found(d, want.String()+" for "+who(ev), fmt.Sprintf("%s within %s", found[n].tally(), s.evidenceWait()))
		}
	}
	return findings
}

// smallest repeats the trials that failed, each by itself, until one fails
// again, and then what is left of it without some of its mutations. It returns
// the finding about the fewest; nil if none of the trials failed.
func (s *Session) smallest(ctx context.Context, trials []trial, findings []*Finding) *Finding {
	var victim *Finding
	for i, f := range findings {
		if f == nil {
			continue
		}
		again := s.judgeOne(ctx, trials[i].Forecast)
		if again == nil {
			// It may have been the victim of the one before it.
			if victim == nil {
				victim = f
				victim.Actual += "; it went well when it was repeated by itself"
			}
			continue
		}
		least, mutations := again, trials[i].Mutations
		for _, fewer := range subsets(mutations) {
			if f := s.judgeOne(ctx, forecast.Forecast{Variant: trials[i].Variant, Mutations: fewer}); f != nil {
				least, mutations = f, fewer
				break
			}
		}
		small := forecast.Forecast{Variant: trials[i].Variant, Mutations: mutations}
		least.Variant = s.variantFile(small)
		return least
	}
	return victim
}

// judgeOne sends one forecast and judges it.
func (s *Session) judgeOne(ctx context.Context, f forecast.Forecast) *Finding {
	t := s.try(ctx, f)
	return s.judgeTrials(ctx, []trial{t})[0]
}

// subsets are the parts of a list, without the empty one and the whole, the
// smallest first.
func subsets(list []forecast.Mutation) [][]forecast.Mutation {
	parts := make([][]forecast.Mutation, 0, 1<<len(list))
	for size := 1; size < len(list); size++ {
		for bits := range 1 << len(list) {
			var part []forecast.Mutation
			for i, m := range list {
				if bits>>i&1 == 1 {
					part = append(part, m)
				}
			}
			if len(part) == size {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// variantOf is the variant that a forecast makes.
func (s *Session) variantOf(f forecast.Forecast) schemas.Variant {
	v, ok := schemas.ByID(f.Variant)
	if !ok {
		s.must(fmt.Errorf("the catalogue has no variant %q", f.Variant))
	}
	v, err := f.Apply(v)
	s.must(err)
	return v
}

// variantFile is the file that reproduces a forecast.
func (s *Session) variantFile(f forecast.Forecast) json.RawMessage {
	v := s.variantOf(f)
	ops := make([]string, len(f.Mutations))
	for i, m := range f.Mutations {
		ops[i] = string(m.Op)
	}
	v.ID += "-" + strings.Join(ops, "-")
	v.Title = "Forecast: " + f.String()
	v.Status, v.Since, v.Until = schemas.Observed, "", ""
	v.Notes = "Made by a run with --evolve. Meta does not send it."
	text, err := json.MarshalIndent(v, "", "  ")
	s.must(err)
	return text
}
