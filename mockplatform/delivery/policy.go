package delivery

import (
	"errors"
	"fmt"
	"time"
)

// Policy says how long a delivery is tried again, and what becomes of the
// subscription of a receiver that goes on failing, which is one that acknowledges
// nothing in between. Meta publishes these deadlines. It does not publish the
// intervals: those that the constructors choose are this project's, and yours to
// replace.
// https://developers.facebook.com/docs/messenger-platform/webhooks
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
type Policy struct {
	// Name is "messenger", "graph", "whatsapp" or "once".
	Name string
	// Intervals are the waits between an attempt that failed and the next one, 0
	// for immediately. The last is repeated until GiveUpAfter. None: there is no
	// second attempt. Not published by Meta.
	Intervals []time.Duration
	// AlertAfter is how long a receiver fails until Meta alerts its developers. It
	// is looked at when an attempt fails. Default 0: there is no alert.
	AlertAfter time.Duration
	// DisableAfter is how long a receiver fails until its subscription is
	// disabled and all that waits for it dropped. It is looked at when an attempt
	// fails. Default 0: that does not happen.
	DisableAfter time.Duration
	// GiveUpAfter is when a delivery is dropped, counted from its first attempt;
	// the last attempt is made at that very time.
	GiveUpAfter time.Duration
}

// Messenger is the policy of the Messenger Platform: "we will immediately try a
// few more times", an alert after 15 minutes, the subscription disabled after
// one hour. Its intervals are two immediate retries and then 20 s, which is what
// Meta wrote in 2018.
func Messenger() Policy {
	return Policy{
		Name:         "messenger",
		Intervals:    []time.Duration{0, 0, 20 * time.Second},
		AlertAfter:   15 * time.Minute,
		DisableAfter: time.Hour,
		GiveUpAfter:  time.Hour,
	}
}

// Graph is the policy of Graph API webhooks: "retry immediately, then try a few
// more times with decreasing frequency over the next 36 hours".
func Graph() Policy {
	return Policy{Name: "graph", Intervals: decreasing(), GiveUpAfter: 36 * time.Hour}
}

// WhatsApp is the policy of WhatsApp webhooks: as Graph's, for 7 days.
func WhatsApp() Policy {
	return Policy{Name: "whatsapp", Intervals: decreasing(), GiveUpAfter: 7 * 24 * time.Hour}
}

// Once is the policy of a platform that never tries again.
func Once() Policy { return Policy{Name: "once"} }

// decreasing are intervals of decreasing frequency.
func decreasing() []time.Duration {
	return []time.Duration{
		0, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
	}
}

// PolicyByName returns the policy of this name.
func PolicyByName(name string) (Policy, bool) {
	for _, p := range []Policy{Messenger(), Graph(), WhatsApp(), Once()} {
		if p.Name == name {
			return p, true
		}
	}
	return Policy{}, false
}

// Check says what is wrong with a policy.
func (p Policy) Check() error {
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for i, d := range p.Intervals {
		if d < 0 {
			wrong("interval %d of the policy, %s, is negative", i+1, d)
		}
	}
	if n := len(p.Intervals); n > 0 && p.Intervals[n-1] == 0 {
		wrong("the last interval of the policy is repeated, so it has to be more than 0")
	}
	for _, limit := range []struct {
		name string
		time time.Duration
	}{{"AlertAfter", p.AlertAfter}, {"DisableAfter", p.DisableAfter}, {"GiveUpAfter", p.GiveUpAfter}} {
		if limit.time < 0 {
			wrong("the policy's %s, %s, is negative", limit.name, limit.time)
		}
	}
	return errors.Join(problems...)
}

// Next is when a delivery is tried again whose attempt number attempts, counted
// from 1, has just failed. False: it is given up.
func (p Policy) Next(attempts int, first, now time.Time) (time.Time, bool) {
	end := first.Add(p.GiveUpAfter)
	if len(p.Intervals) == 0 || !now.Before(end) {
		return time.Time{}, false
	}
	next := now.Add(p.Intervals[min(attempts, len(p.Intervals))-1])
	if next.After(end) {
		next = end
	}
	return next, true
}
