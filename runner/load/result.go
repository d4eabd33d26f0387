package load

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Result is what a load came to.
type Result struct {
	// Version is that of this format.
	Version    int       `json:"version"`
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"duration_ms"`
	// Interrupted reports that it ended before its time.
	Interrupted bool `json:"interrupted,omitempty"`
	// URL is the receiver's, and Assertions are what had to hold. Who runs the load sets
	// both, and Unknown: why nothing shows what was handled.
	URL        string      `json:"url,omitempty"`
	Assertions []Judgement `json:"assertions,omitempty"`
	Unknown    string      `json:"unknown,omitempty"`
	// Notes say, a sentence each, what is not known, and why.
	Notes []string `json:"notes,omitempty"`

	// Deliveries are requests: each has events, and may have been sent twice.
	Deliveries          uint64            `json:"deliveries"`
	Events              uint64            `json:"events"`
	EventsPerSecond     float64           `json:"events_per_second"`
	DeliveriesPerSecond float64           `json:"deliveries_per_second"`
	Dropped             uint64            `json:"dropped"` // deliveries that could not be started in time
	Errors              uint64            `json:"errors"`  // deliveries that were not acknowledged
	ErrorsBy            map[string]uint64 `json:"errors_by"`
	// Missed are calls to the platform that were too many to be seen, so that nothing is
	// said about what was handled.
	Missed uint64 `json:"missed,omitempty"`
	// Acknowledged and what follows are of events. Those behind it are nil where nothing
	// shows what was handled.
	Acknowledged uint64  `json:"acknowledged"`
	Handled      *uint64 `json:"handled"`
	Lost         *uint64 `json:"lost"`       // acknowledged, and not handled
	Duplicated   *uint64 `json:"duplicated"` // handled more than once
	Unexpected   *uint64 `json:"unexpected"` // handled, and not sent
	Recovered    *uint64 `json:"recovered"`  // not acknowledged, and handled
	// Unshown are events that were acknowledged, and of which nothing shows whether they were
	// handled: they are not among the lost, and may be.
	Unshown uint64 `json:"unshown,omitempty"`

	// Restarts is how often the receiver was started again after it had ended, Deaths are
	// the first of its ends, and Gone says why it could not be started again.
	Restarts uint64  `json:"restarts"`
	Deaths   []Death `json:"deaths,omitempty"`
	Gone     string  `json:"gone,omitempty"`

	// Limit is the highest rate that the receiver was seen to hold, where it was looked for.
	Limit *Limit `json:"limit,omitempty"`

	Latency *Milliseconds `json:"latency_ms"` // of acknowledged deliveries
	// LatencyClasses are the same latencies, counted.
	LatencyClasses []Class       `json:"latency_classes,omitempty"`
	Lateness       *Milliseconds `json:"lateness_ms,omitempty"` // of the sender, in the open model
	Lag            *Milliseconds `json:"lag_ms,omitempty"`      // from acknowledgement to handling, of a sample
	Seconds        []Second      `json:"seconds"`

	// Series, Part and Tally are for who adds up the results of several machines: of which
	// series the load is, which of its deliveries were sent from here, and what became of
	// each event. A collector has sent none, and has no part.
	Series *Identity `json:"series,omitempty"`
	Part   *Part     `json:"part,omitempty"`
	Tally  *Tally    `json:"tally,omitempty"`
	// Merged says of how many results this is the sum; nil for one that is none.
	Merged *Merged `json:"merged,omitempty"`
}

// OnlyTried reports that rates were tried to find the limit, and nothing was sent beside
// that.
func (r Result) OnlyTried() bool { return r.Limit != nil && r.Deliveries == 0 }

// result adds everything up.
func (l *Load) result(interrupted bool) Result {
	took := l.ended.Sub(l.began)
	if !interrupted && !l.lives.over() { // the last delivery has its share of the time, too
		took = max(took, l.opts.length())
	}
	r := Result{
		Version: 1, Started: l.began.UTC().Truncate(time.Millisecond), DurationMS: took.Milliseconds(), Interrupted: interrupted,
		Dropped: l.dropped.Load(), Seconds: l.seconds,
	}
	t := l.stats.totals()
	r.Deliveries, r.ErrorsBy = t.sent, t.errors
	for _, n := range t.errors {
		r.Errors += n
	}
	r.Latency, r.Lateness, r.LatencyClasses = encoded(t.latency), encoded(t.lateness), classesOf(t.latency)
	c := l.counts()
	r.Events, r.Acknowledged = c.events, c.acknowledged
	if seconds := took.Seconds(); seconds > 0 {
		r.EventsPerSecond, r.DeliveriesPerSecond = float64(r.Events)/seconds, float64(r.Deliveries)/seconds
	}
	l.lives.report(&r)
	r.Missed = l.calls.unseen.Load()
	if note := l.calls.note(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	if l.once != nil && r.Missed == 0 {
		unexpected := l.account.unexpected.Load()
		r.Handled, r.Lost, r.Duplicated, r.Recovered, r.Unexpected = &c.handled, &c.lost, &c.duplicated, &c.recovered, &unexpected
		r.Lag = encoded(l.stats.lag.latency)
		if r.Unshown = c.unshown; r.Unshown > 0 {
			r.Notes = append(r.Notes, unshown(r.Unshown, l.silent()))
		}
		if l.left.Load() > 0 {
			r.Lost = nil
			r.Notes = append(r.Notes, fmt.Sprintf("What was lost is not known: %d events had still to be handled when the wait for them was ended.", l.left.Load()))
		}
		if slices.Max(l.once) >= mostHandled {
			r.Duplicated = nil // more than can be counted are the rule
		} else if len(l.unsteady) > 0 {
			r.Duplicated = nil
			r.Notes = append(r.Notes, unsteady(l.opts.Series.Variant(l.unsteady[0]).ID))
		}
	} else {
		for i := range r.Seconds {
			r.Seconds[i].Handled, r.Seconds[i].Waiting, r.Seconds[i].Lag = nil, nil, nil
		}
	}
	next := l.next.Load()
	r.Series, r.Part = IdentityOf(l.opts.Series), &Part{First: l.opts.First, Step: 1, Deliveries: next - l.opts.First}
	r.Tally = &Tally{Ranges: []Range{l.sent(l.opts.First, next)}, Calibration: l.calibration.list()}
	return r
}

// unsteady says why duplicates are not known.
func unsteady(variant string) string {
	return "What was duplicated is not known: events of " + variant + " brought now more messages and now fewer, before the load too."
}

// silent are the variants of the mix of which nothing shows.
func (l *Load) silent() (ids []string) {
	for i, n := range l.once {
		if n == 0 {
			ids = append(ids, l.opts.Series.Variant(i).ID)
		}
	}
	return ids
}

// unshown says of how many events nothing shows whether they were handled, and of which
// variants they are.
func unshown(n uint64, variants []string) string {
	const most = 3
	names := strings.Join(variants[:min(most, len(variants))], ", ")
	if more := len(variants) - most; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("Of %d events that were acknowledged nothing shows whether they were handled: no message and no receipt came before the load for %s.", n, names)
}

// counts are those of all events.
func (l *Load) counts() (c counts) {
	width := uint64(l.opts.Series.Width())
	filler := l.opts.Series.Filler()
	for n := l.opts.First; n < l.next.Load(); n++ {
		if l.once == nil || l.opts.Series.Len() == 1 {
			once := 0
			if l.once != nil {
				once = l.once[0]
			}
			for i := range l.opts.Series.Size(n) {
				l.account.count(&c, n*width+uint64(i), once)
			}
			continue
		}
		for i, variant := range filler.Variants(n) {
			l.account.count(&c, n*width+uint64(i), l.once[variant])
		}
	}
	return c
}
