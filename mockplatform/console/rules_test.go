package console_test

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/console"
)

// rules are fault rules that only remember what they are told.
type rules struct {
	mu   sync.Mutex
	all  []console.RuleState
	made int
}

func (r *rules) Known() []console.KnownFault {
	return []console.KnownFault{
		{Name: "delay", Target: "delivery", Title: "A delivery comes late", Description: "Others overtake it.", Params: []console.FaultParam{
			{Name: "delay", Type: "duration", Description: "how late it is", Default: "2s", Min: "1ms", Max: "1h"},
		}},
		{Name: "rate-limited", Target: "graph", Title: "Too many calls", Description: "Error 613. A bot waits and tries again.", Params: []console.FaultParam{}},
	}
}

func (r *rules) Rules() []console.RuleState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

func (r *rules) Add(rule console.Rule) (console.RuleState, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := console.RuleState{Rule: rule}
	if !slices.ContainsFunc(r.Known(), func(k console.KnownFault) bool { return k.Name == rule.Fault }) {
		return state, fmt.Errorf("there is no fault %q", rule.Fault)
	}
	r.made++
	state.ID = fmt.Sprint(r.made)
	r.all = append(r.all, state)
	return state, nil
}

func (r *rules) Remove(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.all)
	r.all = slices.DeleteFunc(r.all, func(rule console.RuleState) bool { return rule.ID == id })
	return len(r.all) < before
}

// day is when tests take place.
func day() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// now is the time in the milliseconds of a browser.
func now() float64 { return float64(time.Now().UnixMicro()) / 1000 }
