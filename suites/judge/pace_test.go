package judge

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// paced is a ledger with the fence of a receiver that takes so long for an event.
func paced(usual time.Duration) *ledger {
	l := newLedger(1)
	l.fences = []fence{{KindOther, "message.text"}}
	l.pace.usual, l.pace.window = usual, windowFirst
	l.measured(usual)
	return l
}

// queued lets somebody wait for a turn; its channel is closed when that has come.
func queued(t *testing.T, l *ledger, tn *turn) <-chan func() {
	t.Helper()
	came := make(chan func(), 1)
	go func() {
		leave, err := l.enter(t.Context(), tn)
		if err == nil {
			came <- leave
		}
	}()
	synctest.Wait()
	return came
}

func isIn(came <-chan func()) bool { return len(came) > 0 }

// genuine begins a correctly signed request that owes as many events.
func genuine(t *testing.T, l *ledger, events int) *request {
	t.Helper()
	r := &request{genuine: true}
	var owed []owing
	for i := range events {
		owed = append(owed, owes(textOf(t, event.NewSession(int64(len(l.requests)+1), string(rune('a'+i)), "1"), 1), Tally{Replies: 1}))
	}
	l.begin(r, owed)
	return r
}

func TestWindowGrowsAndHalves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		for range 100 {
			l.pace.answered(&request{began: time.Now()}, KindOther, time.Second, time.Now())
		}
		if l.pace.window != windowMost {
			t.Errorf("after answers in time the window is %d", l.pace.window)
		}
		began := time.Now()
		time.Sleep(3 * time.Second)
		for range 5 { // that were under way together
			l.pace.answered(&request{began: began}, KindOther, 3*time.Second, time.Now())
		}
		if l.pace.window != windowMost/2 {
			t.Errorf("after answers that came late, together, the window is %d", l.pace.window)
		}
		late := func(alone bool) {
			began := time.Now()
			time.Sleep(3 * time.Second)
			l.pace.answered(&request{began: began.Add(time.Nanosecond), unhurried: alone}, KindOther, 3*time.Second, time.Now())
		}
		for range 5 {
			late(false)
		}
		if l.pace.window != 1 {
			t.Errorf("after many that came late the window is %d", l.pace.window)
		}
		l.pace.answered(&request{began: time.Now(), untimed: true}, KindOther, time.Hour, time.Now())
		if l.pace.window != 1 {
			t.Errorf("a burst changed the window to %d", l.pace.window)
		}
		// What comes late with nothing beside it is not late for what was beside it.
		late(true)
		late(true)
		if l.pace.window != 2 {
			t.Errorf("after two that came late, each by itself, the window is %d", l.pace.window)
		}
	})
}

// A kind that takes long is held to its own time, not to that of the quickest.
func TestWindowOfASlowKind(t *testing.T) {
	l := paced(time.Millisecond)
	l.pace.usualOf[KindPostback] = 2 * time.Second
	l.pace.answered(&request{began: time.Now()}, KindPostback, 3*time.Second, time.Now())
	if l.pace.window != windowFirst+1 {
		t.Errorf("the window is %d", l.pace.window)
	}
}

// What a quick receiver takes now and then on a busy machine is not slow.
func TestWindowOfAQuickReceiver(t *testing.T) {
	l := paced(time.Millisecond)
	l.pace.answered(&request{began: time.Now()}, KindOther, prompt, time.Now())
	if l.pace.window != windowFirst+1 {
		t.Errorf("the window is %d", l.pace.window)
	}
}

func TestWindowHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		var sent []*request
		for range windowFirst {
			sent = append(sent, genuine(t, l, 1))
		}
		for _, r := range sent {
			l.end(r, true, false)
		}
		next := queued(t, l, &turn{reserved: 1})
		if isIn(next) {
			t.Fatal("more were let in than the window has")
		}
		l.mu.Lock()
		sent[0].owes--
		l.admit(time.Now())
		l.mu.Unlock()
		synctest.Wait()
		if !isIn(next) {
			t.Fatal("nobody was let in though there is room")
		}
		(<-next)()
	})
}

// One delivery of many events is let in when nothing else is under way.
func TestWindowLetsInWhatIsLargerThanIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		l.end(genuine(t, l, 20), true, false)
		if next := queued(t, l, &turn{reserved: 1}); isIn(next) {
			t.Error("somebody was let in beside twenty events")
		}
		l.mu.Lock()
		l.open = nil
		l.admit(time.Now())
		l.mu.Unlock()
	})
}

func TestStrictIsOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		l.pace.strict = true
		r := genuine(t, l, 1)
		l.end(r, true, false)
		next := queued(t, l, &turn{reserved: 1})
		if isIn(next) {
			t.Fatal("two at a time")
		}
		l.mu.Lock()
		starved, _ := l.starved(time.Now())
		l.mu.Unlock()
		if !starved {
			t.Fatal("no fence is due, so nobody will ever be let in")
		}
		f := genuine(t, l, 1)
		f.isFence = true
		l.end(f, true, false)
		l.mu.Lock()
		f.owes = 0
		l.answered(f, time.Second, KindOther)
		l.admit(time.Now())
		l.mu.Unlock()
		synctest.Wait()
		if !isIn(next) {
			t.Error("a fence was answered, and nobody was let in")
		}
	})
}

func TestExclusiveTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		l.pace.window = windowMost
		first := <-queued(t, l, &turn{reserved: 1})
		alone := queued(t, l, &turn{exclusive: true, reserved: 2})
		if isIn(alone) {
			t.Fatal("an exclusive turn began beside another")
		}
		first()
		synctest.Wait()
		if !isIn(alone) {
			t.Fatal("an exclusive turn did not begin")
		}
		beside := queued(t, l, &turn{reserved: 1})
		if isIn(beside) {
			t.Fatal("a turn began beside an exclusive one")
		}
		(<-alone)()
		synctest.Wait()
		if !isIn(beside) {
			t.Fatal("nobody was let in behind an exclusive turn")
		}
	})
}

// A request that hangs keeps nobody from being sent for longer than a second.
func TestHungRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Millisecond)
		l.pace.window = 1
		tn := &turn{exclusive: true, reserved: 1}
		<-queued(t, l, tn)
		l.begin(&request{turn: tn}, nil)
		next := queued(t, l, &turn{exclusive: true, reserved: 1})
		if isIn(next) {
			t.Fatal("somebody was let in at once")
		}
		l.mu.Lock()
		at := l.admit(time.Now())
		l.mu.Unlock()
		if want := time.Now().Add(hungAfter); !at.Equal(want) {
			t.Errorf("it is looked at again at %s, expected %s", at, want)
		}
		time.Sleep(hungAfter)
		l.mu.Lock()
		l.admit(time.Now())
		l.mu.Unlock()
		synctest.Wait()
		if !isIn(next) {
			t.Error("nobody was let in beside a request that hangs")
		}
	})
}

// Where a spec is judged alone, a request that takes long is waited for; and so is one
// of a receiver that takes long for each.
func TestHungRequestsOfTheSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Millisecond)
		if l.hung() != hungAfter {
			t.Errorf("a quick receiver hangs after %s", l.hung())
		}
		l.pace.usual = 2 * time.Second
		if l.hung() != 8*time.Second {
			t.Errorf("one that takes two seconds hangs after %s", l.hung())
		}
		l.pace.strict = true
		l.begin(&request{}, nil)
		time.Sleep(10 * time.Second)
		if next := queued(t, l, &turn{reserved: 1}); isIn(next) {
			t.Error("somebody was let in beside one that is judged alone")
		}
		l.mu.Lock()
		l.open = nil
		l.admit(time.Now())
		l.mu.Unlock()
	})
}

func TestOrderOfTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		leave := <-queued(t, l, &turn{exclusive: true, reserved: windowFirst})
		turns := []*turn{
			{weight: 3, exclusive: true, reserved: 1},
			{weight: 1, exclusive: true, reserved: 1},
			{weight: 3, exclusive: true, reserved: 1, begun: true},
			{weight: 1, exclusive: true, reserved: 1},
			{weight: 9, exclusive: true, reserved: 1, fence: true},
			{weight: 1, place: -1, exclusive: true, reserved: 1},
		}
		var came []<-chan func()
		for _, tn := range turns {
			came = append(came, queued(t, l, tn))
		}
		leave()
		for _, i := range []int{4, 2, 5, 1, 3, 0} {
			synctest.Wait()
			for j, c := range came {
				if isIn(c) != (i == j) {
					t.Errorf("turn %d is in: %v, expected turn %d", j, isIn(c), i)
				}
			}
			(<-came[i])()
		}
	})
}

// When the time is nearly up, no spec begins any more; one that has begun goes on.
func TestSoftLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		l.pace.soft = time.Now().Add(time.Second)
		if leave, err := l.enter(t.Context(), &turn{reserved: 1}); err != nil {
			t.Fatal(err)
		} else {
			leave()
		}
		time.Sleep(time.Second)
		if _, err := l.enter(t.Context(), &turn{reserved: 1}); !errors.Is(err, errTimeUp) {
			t.Errorf("a spec that had not begun got %v", err)
		}
		if leave, err := l.enter(t.Context(), &turn{reserved: 1, begun: true}); err != nil {
			t.Errorf("a spec that had begun got %v", err)
		} else {
			leave()
		}
	})
}

func TestEnterInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		leave := <-queued(t, l, &turn{exclusive: true, reserved: 1})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := l.enter(ctx, &turn{exclusive: true, reserved: 1})
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		leave()
		if len(l.pace.queue)+len(l.pace.active) > 0 {
			t.Errorf("%d are queued and %d active", len(l.pace.queue), len(l.pace.active))
		}
	})
}
