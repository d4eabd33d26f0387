package load

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Stage is a part of a load of the open model: a rate that is kept, or that rises or falls
// evenly from one to another.
type Stage struct {
	From, To float64 // deliveries a second
	For      time.Duration
}

// sent is how many deliveries a stage has had after a time.
func (s Stage) sent(after time.Duration) float64 {
	t := after.Seconds()
	return s.From*t + (s.To-s.From)*t*t/(2*s.For.Seconds())
}

// at is when a stage has had so many deliveries.
func (s Stage) at(n float64) time.Duration {
	slope := (s.To - s.From) / s.For.Seconds() // a second
	t := 0.0
	switch {
	case n <= 0 && s.From > 0:
	case slope == 0:
		t = n / s.From
	default:
		t = (math.Sqrt(max(0, s.From*s.From+2*slope*n)) - s.From) / slope
	}
	return time.Duration(t * float64(time.Second))
}

// Until is the part of a stage before a time, counted from its beginning.
func (s Stage) Until(after time.Duration) Stage {
	if after >= s.For {
		return s
	}
	return Stage{From: s.From, To: s.From + (s.To-s.From)*after.Seconds()/s.For.Seconds(), For: after}
}

// Deliveries is how many a stage has.
func (s Stage) Deliveries() float64 { return s.sent(s.For) }

// Schedule says when deliveries of the open model are planned.
type Schedule []Stage

// At is the planned instant of a delivery, from the beginning; false where the stages have
// ended.
func (all Schedule) At(n uint64) (time.Duration, bool) {
	left, before := float64(n), time.Duration(0)
	for _, s := range all {
		of := s.Deliveries()
		if left < of {
			return before + s.at(left), true
		}
		left -= of
		before += s.For
	}
	return 0, false
}

// length is for how long deliveries are planned; 0 in the closed model.
func (o Options) length() (length time.Duration) {
	if len(o.Stages) == 0 {
		return 0
	}
	for _, s := range o.Stages {
		length += s.For
	}
	if o.Duration > 0 {
		length = min(length, o.Duration)
	}
	if o.Count > 0 {
		if at, more := Schedule(o.Stages).At(o.Count); more {
			length = min(length, at)
		}
	}
	return length
}

// until is how many deliveries have a planned instant until then.
func (all Schedule) until(after time.Duration) uint64 {
	sent, most := 0.0, 0.0
	for _, s := range all {
		sent += s.sent(min(max(after, 0), s.For))
		most += s.Deliveries()
		after -= s.For
	}
	return uint64(min(math.Floor(sent)+1, math.Ceil(most))) // the first is planned at 0
}

func (all Schedule) check() error {
	for i, s := range all {
		switch {
		case !(s.From >= 0) || !(s.To >= 0) || s.From > MostRate || s.To > MostRate:
			return fmt.Errorf("load: stage %d: a rate is 0 or more, and %d a second at most", i+1, MostRate)
		case s.From == 0 && s.To == 0:
			return fmt.Errorf("load: stage %d: nothing is sent in it", i+1)
		case s.For <= 0:
			return errors.New("load: a stage takes no time")
		}
	}
	return nil
}

// MostRate is the highest rate that can be planned, in deliveries a second.
const MostRate = 10_000_000

// Always is how long a rate is kept that nothing but a duration or a count ends.
const Always = 24 * 365 * time.Hour
