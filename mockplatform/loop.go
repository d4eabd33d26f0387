package mockplatform

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
	// maxRounds is after how many rounds a bot that answers its own echoes is stopped.
	maxRounds = 20

	// echoAnswer is how long after an echo a message can be an answer to it. A bot that
	// takes echoes for messages answers them at once, and what it sends much later has
	// another cause.
	echoAnswer = time.Minute

	// underWay is how many answers a bot that is told of nothing more can still have under
	// way. Who goes on after that sends by itself.
	underWay = 10

	// loopProblem is how the journal begins to tell of a loop.
	loopProblem = "the bot seems to answer its own echoes"
)

// loops find bots that answer their own echoes. At Meta such a bot goes on until it is
// stopped by a limit.
type loops struct {
	mu sync.Mutex
	of map[string]*loop // by the names of people
}

// loop is what came of the messages to one person since that person did something.
type loop struct {
	told    time.Time // when an echo or a receipt began to be delivered
	open    bool      // no message has come since
	rounds  int       // messages that came after one
	since   int       // messages that came since the last one
	stopped bool
	cleared bool           // messages came on though nothing was told: something else sends them
	untold  []graph.Effect // of which the receiver was not told because it is stopped
}

// begin begins anew for somebody who did something.
func (l *loops) begin(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, name)
}

// telling notes that the receiver is being told of a message to somebody.
func (l *loops) telling(name string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[string]*loop{}
	}
	if l.of[name] == nil {
		l.of[name] = &loop{}
	}
	one := l.of[name]
	one.told, one.open, one.since = now, true, 0
}

// sent notes a message to somebody. It says what is wrong if the receiver is not to be
// told of it, and of which messages it was not told for nothing.
func (l *loops) sent(name string, e graph.Effect, now time.Time) (problem string, untold []graph.Effect) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.of[name]
	if one == nil || one.cleared {
		return "", nil
	}
	one.since++
	switch {
	case one.stopped && one.since > underWay:
		// A bot that answers its echoes would be silent by now.
		untold = one.untold
		one.stopped, one.cleared, one.untold = false, true, nil
		return "", untold
	case one.stopped:
	case now.Sub(one.told) > echoAnswer:
		one.rounds, one.open = 0, false
		return "", nil
	case one.open:
		one.rounds, one.open = one.rounds+1, false
		one.stopped = one.rounds >= maxRounds
	}
	if !one.stopped {
		return "", nil
	}
	one.untold = append(one.untold, e)
	return fmt.Sprintf(loopProblem+": %d messages to %s in a row came each after the platform told it of one before, so it is told of no more until %s writes again, or messages go on by themselves; let it leave out what it sent itself, which has message.is_echo, and events with delivery or read", maxRounds, name, name), nil
}

func (l *loops) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of = nil
}

// stopped says in the journal that nothing follows from a call, and why.
func (p *Platform) stopped(e graph.Effect, problem string) {
	p.opts.Logger.Warn("a loop is stopped", "person", e.Person, "problem", problem)
	p.journal.Amend(e.Call, func(x *journal.Exchange) { x.Faults = append(x.Faults, problem) })
}

// resumed tells the receiver what it was not told, for it was no loop, and takes back what
// the journal says.
func (p *Platform) resumed(person Person, untold []graph.Effect) {
	for _, e := range untold {
		p.journal.Amend(e.Call, func(x *journal.Exchange) {
			x.Faults = slices.DeleteFunc(slices.Clone(x.Faults), func(f string) bool { return strings.HasPrefix(f, loopProblem) })
		})
		p.tellOf(person, e)
	}
}

// TellsOfMessages reports whether a delivery of events of these variants tells of messages
// that the receiver sent itself: of their echo, or that they were delivered or read.
func TellsOfMessages(variants []string) bool {
	return slices.ContainsFunc(variants, func(id string) bool {
		return strings.HasPrefix(id, "echo.") || strings.HasPrefix(id, "delivery.") || strings.HasPrefix(id, "read.")
	})
}
