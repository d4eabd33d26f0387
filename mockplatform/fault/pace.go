package fault

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// splitPause is between two segments: long enough for a receiver to wake up
// and read the first alone.
const splitPause = 20 * time.Millisecond

// SplitHead sends head and body in TCP segments of their own. The request
// stays correct: where TCP cuts a stream means nothing.
func SplitHead() Fault {
	return change{"with head and body in two TCP segments", func(r *delivery.Request) error {
		if len(r.Body) == 0 {
			return errors.New("cannot split head and body: the body is empty")
		}
		r.Pace = delivery.Pace{Cuts: []int{0}, Pause: splitPause}
		return nil
	}}
}

// SplitInside sends the body in two TCP segments, cut in the middle of the
// first occurrence of text: an escape, or the bytes of one character. The
// request stays correct.
func SplitInside(text string) Fault {
	return change{fmt.Sprintf("in two TCP segments, cut inside %q", text), func(r *delivery.Request) error {
		i := bytes.Index(r.Body, []byte(text))
		if i < 0 || len(text) < 2 {
			return fmt.Errorf("cannot cut the body inside %q: it is not there or cannot be cut", text)
		}
		r.Pace = delivery.Pace{Cuts: []int{i + len(text)/2}, Pause: splitPause}
		return nil
	}}
}

// slowPieces is into how many pieces Slowly cuts a body, if it is long enough.
// More would say no more, and each costs a wake-up on a busy machine.
const slowPieces = 12

// Slowly sends the body in many small pieces, spread over this time.
func Slowly(total time.Duration) Fault {
	return change{fmt.Sprintf("a few bytes at a time, over %s", total), func(r *delivery.Request) error {
		if len(r.Body) == 0 {
			return errors.New("cannot send an empty body slowly")
		}
		n := min(slowPieces, len(r.Body))
		p := delivery.Pace{Pause: total / time.Duration(n)}
		for i := range n {
			p.Cuts = append(p.Cuts, i*len(r.Body)/n)
		}
		r.Pace = p
		return nil
	}}
}

// BreakOff closes the connection in the middle of the body.
func BreakOff() Fault {
	return change{"broken off in the middle of the body", func(r *delivery.Request) error {
		if len(r.Body) < 2 {
			return errors.New("the body has no middle to break it off in")
		}
		r.Pace = delivery.Pace{BreakOff: len(r.Body) / 2}
		return nil
	}}
}
