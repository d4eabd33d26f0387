package clock_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func advance(t *testing.T, v *clock.Virtual, d time.Duration) {
	t.Helper()
	if err := v.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestTimersFireInOrderAtTheirTime(t *testing.T) {
	v := clock.NewVirtual(start)
	var seen []time.Duration
	see := func() { seen = append(seen, v.Now().Sub(start)) }
	v.AfterFunc(3*time.Second, see)
	v.AfterFunc(time.Second, func() {
		see()
		v.AfterFunc(time.Second, see) // set off by a timer, and due before the next one
	})
	stopped := v.AfterFunc(2*time.Second, see)
	v.AfterFunc(10*time.Second, see)
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer is not stopped exactly once")
	}
	if v.AfterFunc(-time.Second, see); len(seen) != 0 {
		t.Error("a timer fired without Advance")
	}

	advance(t, v, 5*time.Second)
	if want := []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(seen, want) {
		t.Errorf("fired at %v, want %v", seen, want)
	}
	if now := v.Now().Sub(start); now != 5*time.Second {
		t.Errorf("the clock shows %v, want 5s", now)
	}
}

func TestAFiredTimerCannotBeStopped(t *testing.T) {
	v := clock.NewVirtual(start)
	timer := v.AfterFunc(time.Second, func() {})
	advance(t, v, time.Second)
	if timer.Stop() {
		t.Error("stopped what had been done")
	}
}

func TestTheClockStandsStillDuringWork(t *testing.T) {
	v := clock.NewVirtual(start)
	work := make(chan func(), 1)
	at := make(chan time.Duration, 1)
	v.AfterFunc(time.Second, func() { work <- v.Work() })
	v.AfterFunc(2*time.Second, func() { at <- v.Now().Sub(start) })
	advanced := make(chan error, 1)
	go func() { advanced <- v.Advance(t.Context(), time.Minute) }()

	done := <-work
	if now := v.Now().Sub(start); now != time.Second {
		t.Errorf("the clock shows %v during work that began at 1s", now)
	}
	done()
	done()
	if err := <-advanced; err != nil {
		t.Fatal(err)
	}
	if got := <-at; got != 2*time.Second {
		t.Errorf("the second timer fired at %v", got)
	}
}

func TestAdvanceEndsWithItsContext(t *testing.T) {
	v := clock.NewVirtual(start)
	done := v.Work()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if !v.Now().Equal(start) {
		t.Errorf("the clock moved to %v during work", v.Now())
	}
	done()
	advance(t, v, time.Hour)
}

// However a span is cut up, the same timers fire at the same times.
func TestAdvanceInSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		waits := rapid.SliceOf(rapid.IntRange(0, 100)).Draw(t, "waits")
		steps := rapid.SliceOf(rapid.IntRange(0, 30)).Draw(t, "steps")
		fire := func(steps []int) (fired []time.Duration) {
			v := clock.NewVirtual(start)
			for _, wait := range waits {
				v.AfterFunc(time.Duration(wait), func() { fired = append(fired, v.Now().Sub(start)) })
			}
			for _, step := range steps {
				if err := v.Advance(context.Background(), time.Duration(step)); err != nil {
					t.Fatal(err)
				}
			}
			return fired
		}
		sum := 0
		for _, step := range steps {
			sum += step
		}
		cut, whole := fire(steps), fire([]int{sum})
		if !slices.Equal(cut, whole) && len(steps) > 0 {
			t.Fatalf("in steps %v: %v, at once: %v", steps, cut, whole)
		}
		if !slices.IsSorted(whole) {
			t.Fatalf("out of order: %v", whole)
		}
	})
}

func TestTheRealClock(t *testing.T) {
	c := clock.Real()
	c.Work()()
	fired := make(chan struct{})
	c.AfterFunc(0, func() { close(fired) })
	<-fired
	if !c.AfterFunc(time.Hour, func() {}).Stop() {
		t.Error("a timer cannot be stopped")
	}
	if before := time.Now(); c.Now().Before(before) {
		t.Error("another time than the machine's")
	}
}
