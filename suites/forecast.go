package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/forecast"
	"github.com/seed-11445fa1/referee/suites/judge"
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
		Needs:  []need{aForecast, judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		env := s.Env()
		random := rand.New(rand.NewPCG(uint64(env.Platform.Options().Seed), 0))
		variants := forecast.Variants(env.Catalogue)
		for sent := 0; sent < env.Forecasts; sent += together {
			var trials []trial
			for range min(together, env.Forecasts-sent) {
				trials = append(trials, tryForecast(ctx, s, forecast.Next(random, variants)))
			}
			s.Verify(smallest(ctx, s, trials, judgeTrials(ctx, s, trials)))
		}
	})
}

// together is how many forecasts are waited for at a time.
const together = 50

// aForecast is for requirements that are only judged when somebody asks.
var aForecast = need{
	Text: "payloads of the future were asked for with --evolve",
	Unmet: func(c Calibration) string {
		if c.Env().Forecasts > 0 {
			return ""
		}
		return "no payload of the future was asked for; --evolve 100 makes a hundred"
	},
}

// trial is a forecast that was sent, and a good event right after it.
type trial struct {
	forecast.Forecast
	odd, good *judge.Delivery
}

// tryForecast sends a forecast.
func tryForecast(ctx context.Context, s *session, f forecast.Forecast) trial {
	st := judge.Alone(s.Fill(s.Person(), variantOf(s, f)))
	st.What = f.String()
	t := trial{Forecast: f}
	t.odd, t.good = s.SendThenGood(ctx, st)
	return t
}

// owedBy are the deliveries of a trial that have to be handled: the good one, and the
// odd one if all that a receiver knows is still in it, and what it does about it
// can be told from what it does about others.
func owedBy(s *session, t trial) []*judge.Delivery {
	ev := t.odd.Events[0]
	if t.Keeps() && own(ev) && judge.Read(ev.JSON).Addressable() && judge.EvidenceOf(ev).Unmet(s.Calibration()) == "" {
		return []*judge.Delivery{t.good, t.odd}
	}
	return []*judge.Delivery{t.good}
}

// judgeTrials returns a finding for each trial, nil for those that went well.
// All of them are waited for together.
func judgeTrials(ctx context.Context, s *session, trials []trial) []*Finding {
	findings := make([]*Finding, len(trials))
	var awaited []*judge.Delivery
	for i, t := range trials {
		if findings[i] = s.Acknowledged(t.odd); findings[i] != nil {
			continue
		}
		if findings[i] = s.Acknowledged(t.good); findings[i] != nil {
			continue
		}
		awaited = append(awaited, owedBy(s, t)...)
	}
	s.Await(ctx, awaited...)
	for i, t := range trials {
		if findings[i] != nil {
			continue
		}
		for _, d := range owedBy(s, t) {
			if findings[i] == nil {
				findings[i] = s.Lost(d)
			}
		}
	}
	return findings
}

// smallest repeats the trials that failed, each by itself, until one fails
// again, and then what is left of it without some of its mutations. It returns
// the finding about the fewest; nil if none of the trials failed.
func smallest(ctx context.Context, s *session, trials []trial, findings []*Finding) *Finding {
	var victim *Finding
	for i, f := range findings {
		if f == nil {
			continue
		}
		again := judgeOne(ctx, s, trials[i].Forecast)
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
			if f := judgeOne(ctx, s, forecast.Forecast{Variant: trials[i].Variant, Mutations: fewer}); f != nil {
				least, mutations = f, fewer
				break
			}
		}
		small := forecast.Forecast{Variant: trials[i].Variant, Mutations: mutations}
		least.Variant = variantFile(s, small)
		return least
	}
	return victim
}

// judgeOne sends one forecast and judges it.
func judgeOne(ctx context.Context, s *session, f forecast.Forecast) *Finding {
	t := tryForecast(ctx, s, f)
	return judgeTrials(ctx, s, []trial{t})[0]
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
func variantOf(s *session, f forecast.Forecast) schemas.Variant {
	v, ok := s.Env().Catalogue.ByID(f.Variant)
	if !ok {
		s.Must(fmt.Errorf("the catalogue has no variant %q", f.Variant))
	}
	v, err := f.Apply(v)
	s.Must(err)
	return v
}

// variantFile is the file that reproduces a forecast.
func variantFile(s *session, f forecast.Forecast) string {
	v := variantOf(s, f)
	ops := make([]string, len(f.Mutations))
	for i, m := range f.Mutations {
		ops[i] = string(m.Op)
	}
	v.ID += "-" + strings.Join(ops, "-")
	v.Title = "Forecast: " + f.String()
	v.Status, v.Since, v.Until = schemas.Observed, "", ""
	v.Notes = "Made by a run with --evolve. Meta does not send it."
	text, err := json.MarshalIndent(v, "", "  ")
	s.Must(err)
	return string(text)
}
