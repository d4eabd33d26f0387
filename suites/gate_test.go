package suites

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// visitor is somebody who wants through a gate.
type visitor struct {
	name   int
	alone  bool
	cancel context.CancelFunc
	leave  func() // set while inside
}

// gateLog drives a gate inside a synctest bubble and notes who is inside.
type gateLog struct {
	gate *gate

	mu      sync.Mutex
	inside  []*visitor
	arrived []int // in the order of being let in
	gaveUp  []int
}

// ask lets a visitor queue up, and returns once it is inside or waits.
func (l *gateLog) ask(name int, alone bool) *visitor {
	ctx, cancel := context.WithCancel(context.Background())
	v := &visitor{name: name, alone: alone, cancel: cancel}
	go func() {
		leave, err := l.gate.enter(ctx, turn{alone: alone})
		l.mu.Lock()
		defer l.mu.Unlock()
		if err != nil {
			l.gaveUp = append(l.gaveUp, name)
			return
		}
		v.leave = leave
		l.inside = append(l.inside, v)
		l.arrived = append(l.arrived, name)
	}()
	synctest.Wait()
	return v
}

func (l *gateLog) leave(v *visitor) {
	l.mu.Lock()
	l.inside = slices.DeleteFunc(l.inside, func(w *visitor) bool { return w == v })
	l.mu.Unlock()
	v.leave()
	v.cancel()
	synctest.Wait()
}

func (l *gateLog) names() []int {
	var names []int
	for _, v := range l.inside {
		names = append(names, v.name)
	}
	slices.Sort(names)
	return names
}

func TestGateLetsInOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &gateLog{gate: newGate()}
		for i := range 5 {
			l.ask(i, i%2 == 1)
		}
		for i := range 5 {
			if got := l.names(); !slices.Equal(got, []int{i}) {
				t.Fatalf("inside are %v, expected %d alone", got, i)
			}
			l.leave(l.inside[0])
		}
	})
}

func TestGateOpensWiderWithEachMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &gateLog{gate: newGate()}
		for i := range 200 {
			l.ask(i, false)
		}
		for _, want := range []int{1, 4, 16, gateWidest, gateWidest} {
			if len(l.inside) != want {
				t.Errorf("%d are inside, expected %d", len(l.inside), want)
			}
			l.gate.missed(time.Now())
			synctest.Wait()
		}
		for len(l.inside) > 0 {
			l.leave(l.inside[0])
		}
		if len(l.arrived) != 200 {
			t.Errorf("%d of 200 came in", len(l.arrived))
		}
	})
}

func TestGateKeepsOthersOutForOneAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &gateLog{gate: newGate()}
		l.gate.missed(time.Now()) // room for four
		first, second := l.ask(1, false), l.ask(2, false)
		alone := l.ask(3, true)
		last := l.ask(4, false)
		if got := l.names(); !slices.Equal(got, []int{1, 2}) {
			t.Fatalf("inside are %v", got)
		}
		l.leave(first)
		l.leave(second)
		if got := l.names(); !slices.Equal(got, []int{3}) {
			t.Fatalf("inside are %v, expected 3 alone", got)
		}
		l.leave(alone)
		if got := l.names(); !slices.Equal(got, []int{4}) {
			t.Fatalf("inside are %v", got)
		}
		l.leave(last)
	})
}

func TestGateForgetsWhoGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &gateLog{gate: newGate()}
		first := l.ask(1, false)
		impatient := l.ask(2, true)
		last := l.ask(3, false)
		impatient.cancel()
		synctest.Wait()
		if !slices.Equal(l.gaveUp, []int{2}) {
			t.Errorf("%v gave up", l.gaveUp)
		}
		l.leave(first)
		if got := l.names(); !slices.Equal(got, []int{3}) {
			t.Errorf("inside are %v", got)
		}
		l.leave(last)
	})
}

// Whoever is let in and gives up in the same moment must not keep the place.
func TestGateTakesBackAPlace(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	g := newGate()
	for range 100 { // select is random when both are ready
		leave, err := g.enter(ended, turn{alone: true})
		switch {
		case err == nil:
			leave()
		case !errors.Is(err, context.Canceled):
			t.Fatal(err)
		}
	}
	leave, err := g.enter(t.Context(), turn{alone: true})
	if err != nil {
		t.Fatal(err)
	}
	leave()
	if g.inside != 0 || g.alone || len(g.queue) != 0 {
		t.Errorf("the gate is not empty: %+v", g)
	}
}

// Whatever happens at a gate: never more inside than its width, nobody beside
// one who is alone, nobody left outside an empty gate, and, as long as it lets
// in one at a time, the order of asking.
func TestGateProperties(t *testing.T) {
	steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gateStep {
		return gateStep{
			what: rapid.SampledFrom([]string{"ask", "ask", "ask alone", "leave", "give up", "miss"}).Draw(t, "what"),
			who:  rapid.IntRange(0, 99).Draw(t, "who"),
		}
	}), 1, 40)
	rapid.Check(t, func(rt *rapid.T) {
		all := steps.Draw(rt, "steps")
		var wrong error
		synctest.Test(t, func(*testing.T) { wrong = walk(all) })
		if wrong != nil {
			rt.Fatal(wrong)
		}
	})
}

type gateStep struct {
	what string
	who  int // among those to whom it can happen
}

// walk takes the steps at a new gate and says what is wrong with it after one.
func walk(steps []gateStep) error {
	l := &gateLog{gate: newGate()}
	var all []*visitor
	defer func() { // a bubble must not keep anybody
		for _, v := range all {
			v.cancel()
		}
	}()
	for _, step := range steps {
		switch step.what {
		case "ask", "ask alone":
			all = append(all, l.ask(len(all), step.what == "ask alone"))
		case "leave":
			if n := len(l.inside); n > 0 {
				l.leave(l.inside[step.who%n])
			}
		case "give up":
			if n := len(all); n > 0 {
				all[step.who%n].cancel()
			}
		case "miss":
			l.gate.missed(time.Now())
		}
		synctest.Wait()
		if err := l.check(len(all)); err != nil {
			return fmt.Errorf("after %q: %w", step.what, err)
		}
	}
	for len(l.inside) > 0 {
		l.leave(l.inside[0])
	}
	if in, out := len(l.arrived), len(l.gaveUp); in+out != len(all) {
		return fmt.Errorf("of %d, %d went in and %d gave up", len(all), in, out)
	}
	return nil
}

func (l *gateLog) check(asked int) error {
	if len(l.inside) > l.gate.width {
		return fmt.Errorf("%d are inside a gate for %d", len(l.inside), l.gate.width)
	}
	for _, v := range l.inside {
		if v.alone && len(l.inside) > 1 {
			return fmt.Errorf("%d is not alone: %v", v.name, l.names())
		}
	}
	if waiting := asked - len(l.arrived) - len(l.gaveUp); waiting > 0 && len(l.inside) == 0 {
		return fmt.Errorf("%d wait at an empty gate", waiting)
	}
	if l.gate.width == 1 && !slices.IsSorted(l.arrived) {
		return fmt.Errorf("let in as %v", l.arrived)
	}
	return nil
}
