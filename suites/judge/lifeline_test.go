package judge

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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
		l, err := newLifeline(test.url, time.Second, nil, nil)
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

// listening is a receiver that listens or does not, as a lifeline sees it.
type listening struct{ up atomic.Bool }

func (x *listening) dial(context.Context) error {
	if x.up.Load() {
		return nil
	}
	return errors.New("connection refused")
}

// after lets it listen, or stop to, after some time.
func (x *listening) after(d time.Duration, up bool) {
	time.AfterFunc(d, func() { x.up.Store(up) })
}

func lifelineTo(t *testing.T, x *listening, p *Process) *lifeline {
	t.Helper()
	l, err := newLifeline("http://receiver.test/webhook", restartPatience, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.dial = x.dial
	return l
}

func TestAwayFromAURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &listening{}
		l := lifelineTo(t, x, nil)
		x.up.Store(true)
		if inc := l.away(t.Context()); inc != nil {
			t.Errorf("one that listens: %+v", inc)
		}
		x.up.Store(false)
		inc := l.away(t.Context())
		if inc == nil || inc.jam || inc.back {
			t.Fatalf("one that does not listen: %+v", inc)
		}
		x.after(time.Second, true)
		start := time.Now()
		if how, err := l.restore(t.Context(), inc); how != "" || err != nil {
			t.Errorf("it came back: %q, %v", how, err)
		}
		if took := time.Since(start); took < time.Second || took > time.Second+redial {
			t.Errorf("that took %s", took)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		x.up.Store(false)
		if inc := l.away(ended); inc != nil {
			t.Errorf("an interrupted run found %+v", inc)
		}
	})
}

// Who took long to come back is given more time the next time.
func TestRestoreIsPatientWithTheSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &listening{}
		l := lifelineTo(t, x, nil)
		for _, d := range []time.Duration{2 * time.Second, 5 * time.Second, 14 * time.Second} {
			x.up.Store(false)
			x.after(d, true)
			if _, err := l.restore(t.Context(), &incident{how: "ended"}); err != nil {
				t.Errorf("after %s: %v", d, err)
			}
		}
	})
}

func TestRestoreOfWhatStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lifelineTo(t, &listening{}, nil)
		start := time.Now()
		_, err := l.restore(t.Context(), &incident{how: "ended"})
		if err == nil || !strings.Contains(err.Error(), "nothing listens at receiver.test:80 any more") {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(start); took != restartPatience {
			t.Errorf("it was given up after %s", took)
		}
		ended, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		if _, err := l.restore(ended, &incident{how: "ended"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an interrupted run: %v", err)
		}
		l.give(errors.New("the first reason"))
		at := l.since()
		time.Sleep(time.Second)
		l.give(errors.New("another"))
		if gone := l.gone(); gone == nil || gone.Error() != "the first reason" || !l.since().Equal(at) {
			t.Errorf("gone: %v, since %s", gone, l.since())
		}
	})
}

func TestRestoreOfAJamAtAURL(t *testing.T) {
	x := &listening{}
	x.up.Store(true)
	_, err := lifelineTo(t, x, nil).restore(t.Context(), &incident{jam: true, how: "stopped answering"})
	if err == nil || !strings.Contains(err.Error(), "did not start it") {
		t.Errorf("the error is %v", err)
	}
}

// Of a process that Referee started, the exit decides, not the connection.
func TestAwayFromAProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exited := make(chan struct{})
		p := &Process{Exited: func() <-chan struct{} { return exited }}
		x := &listening{}
		l := lifelineTo(t, x, p)

		x.after(time.Second, true) // a supervisor starts its child again
		if inc := l.away(t.Context()); inc == nil || !inc.back || inc.jam {
			t.Errorf("one that came back by itself: %+v", inc)
		} else if how, err := l.restore(t.Context(), inc); how != "" || err != nil {
			t.Errorf("it was restored: %q, %v", how, err)
		}

		x.up.Store(false)
		if inc := l.away(t.Context()); inc == nil || !inc.jam {
			t.Errorf("one whose process goes on: %+v", inc)
		}

		time.AfterFunc(time.Second, func() { close(exited) })
		if inc := l.away(t.Context()); inc == nil || inc.jam || inc.back || inc.how != "ended" {
			t.Errorf("one whose process ended: %+v", inc)
		}
	})
}

func TestRestoreOfAProcess(t *testing.T) {
	for _, test := range []struct {
		name, how, output string
		err               error
		want, fails       string
	}{
		{"it ended", "exit status 1", "panic", nil, "ended (exit status 1)\npanic", ""},
		{"it was ended", "", "", nil, "stopped answering", ""},
		{"it does not start", "exit status 1", "no", errors.New("exec format error"), "ended (exit status 1)\nno", "could not be started again: exec format error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &Process{Restart: func(context.Context) (string, string, error) { return test.how, test.output, test.err }}
			how, err := lifelineTo(t, &listening{}, p).restore(t.Context(), &incident{jam: true, how: "stopped answering"})
			if how != test.want {
				t.Errorf("it ended so: %q", how)
			}
			if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
