package judge

import "time"

const (
	quietFloor = 150 * time.Millisecond
	stallFloor = 3 * time.Second
	// stallFloorWorked is stallFloor for a receiver that works before it acknowledges:
	// all that comes of an event has come by then, and was only not read yet.
	stallFloorWorked = 500 * time.Millisecond
	// mostWork is what an event may take: a bot that asks a language model answers
	// after 5 to 20 s.
	mostWork = 20 * time.Second
	// unequal is how many times as long as the quickest event another may take, with
	// a margin: a lookup beside a language model, a cache that is cold.
	unequal = 12
)

// quiet is how long it has to be quiet after a fence: twice the longest time to
// evidence that this run has seen of late.
func (l *ledger) quiet() time.Duration { return l.scaled(max(quietFloor, 2*l.longest)) }

// stall is after how long without evidence for anybody, and without a request,
// what is outstanding counts as missing: in this receiver's own intervals. While all
// its workers are at an event that takes long, nothing comes, even where the events
// before were quick.
func (l *ledger) stall() time.Duration {
	if l.worksFirst {
		return l.scaled(max(stallFloorWorked, 2*l.longest, unequal*l.pace.usual))
	}
	return l.scaled(max(stallFloor, 5*l.gap, 2*l.late, unequal*l.pace.usual))
}

// patient is stall where a verdict depends on it: some kind of event, which calibration
// did not send, may take as long as any that a receiver can be judged with.
func (l *ledger) patient() time.Duration {
	if l.worksFirst {
		return l.stall()
	}
	return max(l.stall(), l.scaled(mostWork))
}

// lostAfter is after how long without a sign what is outstanding counts as missing at
// present: an event that is missing is sent again alone, and then given more time.
func (l *ledger) lostAfter() time.Duration {
	if l.pace.strict {
		return l.patient()
	}
	return l.stall()
}

func (l *ledger) scaled(d time.Duration) time.Duration { return time.Duration(l.patience * float64(d)) }

// rested is when it has been quiet for long enough at the end of the run, which began
// then: after the last fence, and after the last message that nobody waited for. Where
// these never end it is a stall later. What a stranger sent and was not refused is
// watched for as long as any event may take.
func (l *ledger) rested(began time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := began.Add(l.scaled(quietFloor))
	for _, after := range []time.Time{l.closed, l.surplus} {
		if quiet := after.Add(l.quiet()); !after.IsZero() && quiet.After(until) {
			until = quiet
		}
	}
	if most := began.Add(l.stall()); until.After(most) {
		until = most
	}
	if doubt := l.doubted.Add(l.scaled(mostWork)); !l.doubted.IsZero() && doubt.After(until) {
		return doubt
	}
	return until
}
