package suites

import (
	"context"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// TestVerdictsDuringADeath has a spec whose first verdict coincides with a death
// of the receiver: it counts only if it rests on nothing that a dead receiver
// would have kept back.
func TestVerdictsDuringADeath(t *testing.T) {
	acknowledged := &Delivery{Attempt: delivery.Attempt{Answer: &delivery.Answer{Status: 200}}}
	refused := &Delivery{Attempt: delivery.Attempt{Answer: &delivery.Answer{Status: 403}}}
	for name, c := range map[string]struct {
		first func(*Session)
		again bool
	}{
		"a finding":                     {func(s *Session) { s.Verify(&Finding{Actual: "first"}) }, true},
		"silence after a success":       {func(s *Session) { s.restOn(acknowledged); s.Verify(nil) }, true},
		"silence after a refusal":       {func(s *Session) { s.restOn(refused); s.Verify(nil) }, false},
		"a success that shows at once":  {func(s *Session) { s.Verify(nil) }, false},
		"silence twice, refused second": {func(s *Session) { s.restOn(acknowledged); s.restOn(refused); s.Verify(nil) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := &engine{gate: newGate(), lifeline: lifelineTo(t, listener(t, "127.0.0.1:0"), time.Minute)}
			alone := false
			r := &run{done: make(chan struct{}), spec: spec{
				Requirement: Requirement{ID: "test.death", Level: Must},
				body: func(_ context.Context, s *Session) {
					if s.alone {
						alone = true
						s.Verify(&Finding{Actual: "alone"})
					}
					s.engine.lifeline.blame("another stimulus")
					c.first(s)
				},
			}}
			e.runs = []*run{r}
			e.judgePhase(t.Context(), r.phase)
			<-r.done
			if alone != c.again {
				t.Errorf("judged again: %v, expected %v", alone, c.again)
			}
			if c.again && (r.outcome.Status != Failed || r.outcome.Finding.Actual != "alone") {
				t.Errorf("the outcome is %+v", r.outcome)
			}
		})
	}
}

// TestVerdictsInACrowd has specs that are judged while the gate follows a slow
// receiver: a finding counts only if it is found again with nothing beside it.
func TestVerdictsInACrowd(t *testing.T) {
	finding := &Finding{Actual: "beside others"}
	for name, c := range map[string]struct {
		first, again *Finding // of the one spec
		rejudged     bool     // the other one, which passed and is about turns
	}{
		"nothing found":            {nil, nil, false},
		"found twice":              {finding, &Finding{Actual: "in turn"}, false},
		"found beside others only": {finding, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := &engine{gate: newGate(), lifeline: lifelineTo(t, listener(t, "127.0.0.1:0"), time.Minute)}
			e.gate.follow(time.Second, 10*time.Second)
			one := &run{done: make(chan struct{}), spec: spec{
				Requirement: Requirement{ID: "test.one", Level: Must},
				body: func(_ context.Context, s *Session) {
					if s.before == 0 {
						s.Verify(c.first)
						return
					}
					if s.engine.gate.following() {
						t.Error("judged again with others beside it")
					}
					s.Verify(c.again)
				},
			}}
			turns := &run{done: make(chan struct{}), spec: spec{
				Requirement: Requirement{ID: "test.turns", Level: Must},
				body: func(_ context.Context, s *Session) {
					s.inTurn = true
					s.Verify(nil)
				},
			}}
			e.runs = []*run{one, turns}
			e.judgePhase(t.Context(), one.phase)
			<-one.done
			<-turns.done
			if one.outcome.Finding != c.again {
				t.Errorf("the finding is %+v, expected %+v", one.outcome.Finding, c.again)
			}
			if again := turns.tries > 1; again != c.rejudged {
				t.Errorf("the other is judged again: %v, expected %v", again, c.rejudged)
			}
			if !e.gate.following() {
				t.Error("the gate follows no more")
			}
		})
	}
}
