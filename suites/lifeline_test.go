package suites

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestNewLifeline(t *testing.T) {
	for _, test := range []struct{ url, address, fails string }{
		{"http://localhost:3000/webhook", "localhost:3000", ""},
		{"http://example.com", "example.com:80", ""},
		{"https://example.com/a?b=c", "example.com:443", ""},
		{"http://[::1]:8080/", "[::1]:8080", ""},
		{"https://[::1]/", "[::1]:443", ""},
		{"localhost:3000", "", "is not an http or https URL"},
		{"ftp://example.com/", "", "is not an http or https URL"},
		{"http:///webhook", "", "is not an http or https URL"},
		{"", "", "is not an http or https URL"},
		{"http://exa mple.com/", "", "the receiver's URL"},
	} {
		l, err := newLifeline(test.url, time.Second, nil)
		switch {
		case test.fails != "":
			if err == nil || !strings.Contains(err.Error(), test.fails) {
				t.Errorf("%q: the error is %v", test.url, err)
			}
		case err != nil:
			t.Errorf("%q: %v", test.url, err)
		case l.address != test.address:
			t.Errorf("%q: the address is %s, expected %s", test.url, l.address, test.address)
		}
	}
}

// listener listens until the test ends, on addr or on any free port.
func listener(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func lifelineTo(t *testing.T, l net.Listener, patience time.Duration) *lifeline {
	t.Helper()
	line, err := newLifeline("http://"+l.Addr().String()+"/webhook", patience, nil)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func TestLifelineOfAReceiverThatListens(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	l := lifelineTo(t, listener(t, "127.0.0.1:0"), time.Minute)
	start := time.Now()
	if away, err := l.away(t.Context()); away || err != nil {
		t.Errorf("away: %v, %v", away, err)
	}
	if l.diedSince(t.Context(), start) {
		t.Error("it is said to have died")
	}
	if deaths, gone := l.died(); len(deaths) > 0 || gone != nil {
		t.Errorf("it died of %v, gone: %v", deaths, gone)
	}
}

func TestLifelineOfAReceiverThatComesBack(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	down := listener(t, "127.0.0.1:0")
	l := lifelineTo(t, down, time.Minute)
	l.reached("postback.button")
	start := time.Now()
	down.Close()
	back := make(chan net.Listener)
	time.AfterFunc(3*redial, func() {
		up, err := net.Listen("tcp", l.address)
		if err != nil {
			t.Error(err)
		}
		back <- up
	})

	// Of several who look at once, one is told.
	var told atomic.Int64
	var looking sync.WaitGroup
	for range 8 {
		looking.Go(func() {
			away, err := l.away(t.Context())
			if err != nil {
				t.Error(err)
			}
			if away {
				told.Add(1)
				l.blame(l.lastReached())
			}
		})
	}
	up := <-back
	looking.Wait()
	defer up.Close()
	if told.Load() != 1 {
		t.Errorf("%d were told that it was away", told.Load())
	}
	if !l.diedSince(t.Context(), start) {
		t.Error("it is not said to have died")
	}
	if deaths, gone := l.died(); !slices.Equal(deaths, []death{{after: "postback.button"}}) || gone != nil {
		t.Errorf("it died of %v, gone: %v", deaths, gone)
	}
}

func TestLifelineOfAReceiverThatStaysAway(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	down := listener(t, "127.0.0.1:0")
	l := lifelineTo(t, down, redial)
	down.Close()

	l.reached("message.text")
	away, err := l.away(t.Context())
	if !away || err == nil || !strings.Contains(err.Error(), "message.text") {
		t.Errorf("away: %v, %v", away, err)
	}
	// It is not looked for a second time.
	away, err = l.away(t.Context())
	if away || err == nil || !strings.Contains(err.Error(), l.address) || !strings.Contains(err.Error(), "message.text") {
		t.Errorf("away: %v, %v", away, err)
	}
	if _, gone := l.died(); gone == nil {
		t.Error("it is not said to be gone")
	}
}

func TestLifelineInterrupted(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	down := listener(t, "127.0.0.1:0")
	l := lifelineTo(t, down, time.Minute)
	down.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	time.AfterFunc(2*redial, interrupt)
	if away, err := l.away(ctx); away || !errors.Is(err, context.Canceled) {
		t.Errorf("away: %v, %v", away, err)
	}
	if _, gone := l.died(); gone != nil {
		t.Error("an interrupted run says nothing about the receiver")
	}
}

func TestLifelineBlamesOnce(t *testing.T) {
	l := &lifeline{}
	for _, stimulus := range []string{"a", "b", "a"} {
		l.blame(stimulus)
	}
	if after, _ := l.died(); !slices.Equal(after, []death{{after: "a"}, {after: "b"}}) {
		t.Errorf("it died of %v", after)
	}
	if before := l.reached("c"); before != "" {
		t.Errorf("before the first came %q", before)
	}
	if before := l.reached("d"); before != "c" || l.lastReached() != "d" {
		t.Errorf("before d came %q, the last is %q", before, l.lastReached())
	}
}

func TestLifelineRevives(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	down := listener(t, "127.0.0.1:0")
	l := lifelineTo(t, down, time.Minute)
	l.reached("postback.button")
	down.Close()
	l.revive = func(context.Context) (string, error) {
		listener(t, l.address)
		return "exit status 1", nil
	}
	if away, err := l.away(t.Context()); !away || err != nil {
		t.Fatalf("away: %v, %v", away, err)
	}
	l.blame(l.lastReached())
	if deaths, gone := l.died(); !slices.Equal(deaths, []death{{"postback.button", "exit status 1"}}) || gone != nil {
		t.Errorf("it died of %v, gone: %v", deaths, gone)
	}
}

func TestLifelineThatCannotRevive(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	down := listener(t, "127.0.0.1:0")
	l := lifelineTo(t, down, time.Minute)
	down.Close()
	l.revive = func(context.Context) (string, error) { return "exit status 1", errors.New("the port is taken") }
	if away, err := l.away(t.Context()); !away || err == nil || !strings.Contains(err.Error(), "the port is taken") {
		t.Errorf("away: %v, %v", away, err)
	}
}
