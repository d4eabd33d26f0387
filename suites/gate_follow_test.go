package suites

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestGateFollows lets many deliveries through a gate to receivers that serve so
// many of them side by side, and take as long for each.
func TestGateFollows(t *testing.T) {
	const (
		deliveries = 300
		usual      = 300 * time.Millisecond
		deadline   = 5 * time.Second
	)
	for name, c := range map[string]struct {
		sideBySide int
		atMost     time.Duration // for all of them
		slowest    time.Duration // acknowledgement
	}{
		"all at once": {deliveries, deliveries * usual / 30, usual},
		"eight":       {8, deliveries * usual / 8 * 3 / 2, deadline / 4},
		"two":         {2, deliveries * usual / 2 * 3 / 2, deadline / 2},
		"one by one":  {1, deliveries * usual * 5 / 4, deadline / 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate()
				g.follow(usual, deadline)
				start := time.Now()
				slowest := deliver(t, g, deliveries, c.sideBySide, usual)
				if took := time.Since(start); took > c.atMost {
					t.Errorf("%d deliveries took %s, expected %s at most", deliveries, took, c.atMost)
				}
				if slowest > c.slowest {
					t.Errorf("the slowest acknowledgement took %s, expected %s at most", slowest, c.slowest)
				}
			})
		})
	}
}

// deliver lets deliveries through a gate to a receiver, and returns how long the
// slowest of them took.
func deliver(t *testing.T, g *gate, deliveries, sideBySide int, each time.Duration) (slowest time.Duration) {
	var mu sync.Mutex
	var all sync.WaitGroup
	places := make(chan struct{}, sideBySide)
	for range deliveries {
		all.Go(func() {
			leave, err := g.enter(t.Context(), turn{})
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			began := time.Now()
			places <- struct{}{}
			time.Sleep(each)
			<-places
			took := time.Since(began)
			g.acknowledged(began, took)
			mu.Lock()
			defer mu.Unlock()
			slowest = max(slowest, took)
		})
	}
	all.Wait()
	return slowest
}

// A receiver that has so little time that two at once would be too many begins
// with one.
func TestGateBeginsWithWhatTheDeadlineAllows(t *testing.T) {
	for _, c := range []struct {
		usual, deadline time.Duration
		width           int
	}{
		{20 * time.Millisecond, 5 * time.Second, gateFirst},
		{300 * time.Millisecond, 5 * time.Second, 5},
		{2 * time.Second, 5 * time.Second, 1},
		{time.Second, 300 * time.Millisecond, 1},
	} {
		g := newGate()
		g.follow(c.usual, c.deadline)
		if g.width != c.width || !g.following() {
			t.Errorf("%s of %s: the width is %d, expected %d", c.usual, c.deadline, g.width, c.width)
		}
	}
}

// What misses its deadline at a receiver that is followed has too much beside
// it; at one that is not, it shows that waiting in turn would take too long.
func TestGateNarrowsForAMissWhileItFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		g.follow(100*time.Millisecond, 5*time.Second)
		began := time.Now()
		time.Sleep(time.Second)
		g.missed(began)
		g.missed(began) // one of those that were under way together
		if g.width != gateFirst/2 {
			t.Errorf("the width is %d", g.width)
		}
		resume := g.unfollow()
		if g.width != 1 || g.following() {
			t.Errorf("unfollowed: width %d, following %v", g.width, g.following())
		}
		g.missed(time.Now())
		if g.width != 4 {
			t.Errorf("after a miss in turn the width is %d", g.width)
		}
		resume()
		if g.width != gateFirst/2 || !g.following() {
			t.Errorf("resumed: width %d, following %v", g.width, g.following())
		}
	})
}

func TestGateLetsInFirstWhoHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		leave, err := g.enter(t.Context(), turn{})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var all sync.WaitGroup
		for _, v := range []struct {
			name  string
			begun bool
		}{{"new", false}, {"begun", true}, {"another new", false}, {"begun later", true}} {
			all.Go(func() {
				leave, err := g.enter(t.Context(), turn{begun: v.begun})
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				mu.Lock()
				defer mu.Unlock()
				order = append(order, v.name)
			})
			synctest.Wait()
		}
		leave()
		all.Wait()
		if got := order; len(got) != 4 || got[0] != "begun" || got[1] != "begun later" || got[2] != "new" || got[3] != "another new" {
			t.Errorf("let in as %q", got)
		}
	})
}
