package k6

import (
	"math"
	"time"

	"github.com/seed-11445fa1/referee/runner/load"
)

// scenario is one of k6's, see https://grafana.com/docs/k6/latest/using-k6/scenarios/.
type scenario struct {
	Executor        string  `json:"executor"`
	VUs             uint64  `json:"vus,omitempty"`
	Iterations      uint64  `json:"iterations,omitempty"`
	Duration        string  `json:"duration,omitempty"`
	MaxDuration     string  `json:"maxDuration,omitempty"`
	StartRate       int64   `json:"startRate,omitempty"`
	TimeUnit        string  `json:"timeUnit,omitempty"`
	PreAllocatedVUs uint64  `json:"preAllocatedVUs,omitempty"`
	MaxVUs          uint64  `json:"maxVUs,omitempty"`
	Stages          []stage `json:"stages,omitempty"`
	GracefulStop    string  `json:"gracefulStop"`
}

// stage moves the rate of a scenario from what it was to a target.
type stage struct {
	Duration string `json:"duration"`
	Target   int64  `json:"target"`
}

// late is for how long k6 may start what it could not start in time. It takes that time
// only when it is late.
const late = time.Minute

// even is what defaults of virtual users are a multiple of: 2, 3, 4, 5, 6, 10, 12 and more
// machines share them evenly, as they have to.
const even = 60

// newScenario is that of a load, which is complete; connections are those that were asked
// for. It stops nothing in the middle: a delivery may be sent twice, and a collector told.
func newScenario(o load.Options, connections int) scenario {
	s := scenario{GracefulStop: (2*o.AckDeadline + told + time.Second).String()}
	vus := uint64(connections)
	if connections == 0 {
		vus = uint64(o.Concurrency) / even * even
	}
	switch {
	case len(o.Stages) > 0:
		most := s.open(o)
		if connections == 0 { // as many as are busy where all take the deadline, twice
			vus = min(vus, uint64(math.Ceil(most*2*o.AckDeadline.Seconds()/even))*even)
		}
		s.PreAllocatedVUs, s.MaxVUs = vus, vus // one that is made on the way costs deliveries
	case o.Count > 0:
		s.Executor, s.Iterations, s.MaxDuration = "shared-iterations", o.Count, load.Always.String()
		if o.Duration > 0 {
			s.MaxDuration = o.Duration.String()
		}
		s.VUs = min(vus, o.Count) // more would have nothing to do, which k6 refuses
	default:
		s.Executor, s.VUs, s.Duration = "constant-vus", vus, o.Duration.String()
	}
	return s
}

// open plans the stages of the open model, and returns the highest rate. A constant rate is a ramp too: its executor
// starts exactly as many iterations as have room in the stages, whereas
// constant-arrival-rate ends by the clock, whatever it has started until then.
func (s *scenario) open(o load.Options) (most float64) {
	stages, deliveries := planned(o)
	s.Executor = "ramping-arrival-rate"
	unit := unitOf(stages)
	target := func(rate float64) int64 { return int64(math.Round(rate * unit.Seconds())) }
	s.StartRate, s.TimeUnit = target(stages[0].From), unit.String()
	now := s.StartRate
	ramp := func(from, to float64, d time.Duration) {
		if target(from) != now {
			s.Stages = append(s.Stages, stage{"0s", target(from)}) // a jump
		}
		now = target(to)
		s.Stages = append(s.Stages, stage{d.String(), now})
	}
	room := 0.0
	for _, one := range stages {
		ramp(one.From, one.To, one.For)
		most, room = max(most, one.From, one.To), room+one.Deliveries()
	}
	// k6 starts delivery n where the stages have had room for n+1. Room for a half more keeps
	// rounding from costing the last.
	ramp(most, most, time.Duration((float64(deliveries)+0.5-room)/most*float64(time.Second)))
	ramp(0, 0, late)
	return most
}

// planned is the part of the stages in which something is sent, and how many deliveries
// that are.
func planned(o load.Options) (stages []load.Stage, deliveries uint64) {
	end := load.Always
	if o.Duration > 0 {
		end = o.Duration
	}
	if o.Count > 0 {
		if at, more := load.Schedule(o.Stages).At(o.Count); more {
			end = min(end, at)
		}
	}
	room := 0.0
	for _, s := range o.Stages {
		if end <= 0 {
			break
		}
		s = s.Until(end)
		stages, room, end = append(stages, s), room+s.Deliveries(), end-s.For
	}
	deliveries = uint64(math.Ceil(room - 1e-3))
	if o.Count > 0 {
		deliveries = min(deliveries, o.Count)
	}
	return stages, deliveries
}

// unitOf is a time in which rates are whole numbers, as k6 has them, or nearly so.
func unitOf(stages []load.Stage) time.Duration {
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour} {
		whole := func(rate float64) bool {
			n := rate * unit.Seconds()
			return math.Abs(n-math.Round(n)) < 1e-9*max(1, n)
		}
		all := true
		for _, s := range stages {
			all = all && whole(s.From) && whole(s.To)
		}
		if all {
			return unit
		}
	}
	return 1000 * time.Hour
}
