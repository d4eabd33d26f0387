package load

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// Merged says of how many results another is the sum.
type Merged struct {
	Senders    int `json:"senders"`
	Collectors int `json:"collectors"`
}

// Document is a result of one machine, in a file.
type Document struct {
	File   string
	Text   []byte
	Result Result
}

// ReadDocument reads a result of a load. The error begins with the name of the file.
func ReadDocument(file string, text []byte) (Document, error) {
	r, err := ReadResult(text)
	if err != nil {
		return Document{}, fmt.Errorf("%s is no result of a load: %w", file, err)
	}
	return Document{File: file, Text: text, Result: r}, nil
}

// collected reports whether it is of a machine that collects.
func (d Document) collected() bool { return d.Result.Part == nil }

func (d Document) wrong(format string, args ...any) error {
	return fmt.Errorf("%s: %w", d.File, fmt.Errorf(format, args...))
}

// check says why it cannot be added up with others.
func (d Document) check() error {
	r := d.Result
	switch {
	case r.Merged != nil:
		return d.wrong("it is a sum already; give the results of all machines at once")
	case r.Limit != nil:
		return d.wrong("it looked for the limit, and of what was sent for that there is no account; send at a rate")
	case r.Series == nil:
		return d.wrong("it does not say of which series it is: it was written before results could be added up, or by another program")
	case r.Part == nil && r.Tally == nil:
		return d.wrong("it does not say which deliveries were sent: it was stopped in the middle of them, or was written by another program")
	case r.Acknowledged > r.Events:
		return d.wrong("more events were acknowledged than sent: %d, and %d", r.Acknowledged, r.Events)
	}
	if r.Part != nil {
		if most := calibrating / uint64(r.Series.Batch[1]); r.Part.First > most || r.Part.Deliveries > (most-r.Part.First)/r.Part.Step {
			return d.wrong("/part: it has %d deliveries from number %d on, and a series has no more than %d", r.Part.Deliveries, r.Part.First, most)
		}
	}
	if r.Tally == nil {
		return nil
	}
	if err := r.Tally.check(); err != nil {
		return d.wrong("%w", err)
	}
	return nil
}

// Merge adds up the results of machines that sent parts of one series, and of those that
// collected what came back. Events are looked at one by one, in whichever results they
// are. The error names the file that does not belong to the others, or is that of ctx.
func Merge(ctx context.Context, docs []Document, catalogue *schemas.Catalogue) (Result, error) {
	if err := belong(docs); err != nil {
		return Result{}, err
	}
	var m merging
	for i := range docs {
		if docs[i].collected() {
			m.collectors = append(m.collectors, &source{Document: docs[i], states: stateReader{ranges: docs[i].Result.Tally.Ranges}})
			continue
		}
		s := &source{Document: docs[i], states: stateReader{other: notSent}}
		if docs[i].Result.Tally != nil {
			s.states.ranges = docs[i].Result.Tally.Ranges
		}
		m.senders = append(m.senders, s)
	}
	if len(m.senders) == 0 {
		return Result{}, errors.New("these are results of machines that collected: give those of the machines that sent, too")
	}
	var err error
	if m.series, err = docs[0].Result.Series.series(catalogue); err != nil {
		return Result{}, docs[0].wrong("%w", err)
	}
	if err := m.count(ctx); err != nil {
		return Result{}, err
	}
	return m.sum()
}

// belong says what does not belong together.
func belong(docs []Document) error {
	if len(docs) == 0 {
		return errors.New("there is no result")
	}
	met := map[[sha256.Size]byte]string{}
	var started *Document
	for i, d := range docs {
		digest := sha256.Sum256(d.Text)
		if before, is := met[digest]; is {
			return fmt.Errorf("%s and %s are the same result", before, d.File)
		}
		met[digest] = d.File
		if err := d.check(); err != nil {
			return err
		}
		for _, other := range []*Document{&docs[0], started} {
			if other == nil {
				continue
			}
			if difference := other.Result.Series.differs(d.Result.Series); difference != "" {
				return fmt.Errorf("%s is of another series than %s: it has %s", d.File, other.File, difference)
			}
		}
		if d.Result.Series.Start != nil && started == nil {
			started = &docs[i]
		}
	}
	return nil
}

// sum is the result of what was counted.
func (m *merging) sum() (Result, error) {
	first := m.senders[0].Result
	s := Result{
		Version: 1, ErrorsBy: map[string]uint64{}, URL: first.URL, Series: first.Series,
		Merged: &Merged{Senders: len(m.senders), Collectors: len(m.collectors)},
	}
	var latency, lateness, lag distributions
	var ended time.Time
	for _, d := range m.senders {
		r := d.Result
		if err := errors.Join(latency.add(r.Latency), lateness.add(r.Lateness), lag.add(r.Lag)); err != nil {
			return s, d.wrong("%w", err)
		}
		s.Deliveries += r.Deliveries
		s.Events += r.Events
		s.Dropped += r.Dropped
		s.Errors += r.Errors
		s.Acknowledged += r.Acknowledged
		s.Restarts += r.Restarts
		if r.URL != s.URL {
			s.URL = "" // a load may have several
		}
		if r.Gone != "" && s.Gone == "" {
			s.Gone = d.File + ": " + r.Gone
		}
		for kind, n := range r.ErrorsBy {
			s.ErrorsBy[kind] += n
		}
		if s.Started.IsZero() || r.Started.Before(s.Started) {
			s.Started = r.Started
		}
		if end := r.Started.Add(time.Duration(r.DurationMS) * time.Millisecond); end.After(ended) {
			ended = end
		}
	}
	s.Latency, s.Lateness, s.Lag = latency.sum(), lateness.sum(), lag.sum()
	if s.Latency != nil && !s.Latency.Worst {
		s.LatencyClasses = classesOf(latency.all)
	}
	if took := ended.Sub(s.Started); took > 0 {
		s.DurationMS = took.Milliseconds()
		s.EventsPerSecond, s.DeliveriesPerSecond = float64(s.Events)/took.Seconds(), float64(s.Deliveries)/took.Seconds()
	}
	for _, d := range slices.Concat(m.senders, m.collectors) {
		s.Missed += d.Result.Missed
		s.Interrupted = s.Interrupted || d.Result.Interrupted
	}
	m.account(&s)
	return s, nil
}

// account says what became of the events, as far as that is known.
func (m *merging) account(s *Result) {
	note := func(format string, args ...any) { s.Notes = append(s.Notes, fmt.Sprintf(format, args...)) }
	for _, d := range slices.Concat(m.senders, m.collectors) {
		for _, said := range d.Result.Notes {
			if strings.HasPrefix(said, refusedNote) {
				note("%s: %s", d.File, said)
			}
		}
	}
	if n := m.strange; n > 0 {
		note("%d events were not acknowledged of which no result says that they were sent: is the result of a machine missing?", n)
	}
	handled := m.handled()
	if s.Unknown = m.unknown(s.Missed, handled); s.Unknown != "" {
		return
	}
	s.Handled, s.Unexpected = &handled, &m.unexpected
	if once := slices.Max(m.once); !m.calibrated {
		note("What was duplicated is not known, because nothing shows how many messages one event brings: give a collector the receiver, with --url.")
	} else if once >= mostHandled {
		note("What was duplicated is not known: one event brings %d messages, and more than %d are not told apart.", once, mostHandled-1)
	} else if m.unsteady != "" {
		note("%s", unsteady(m.unsteady))
	} else {
		s.Duplicated = &m.duplicated
	}
	told := true
	for _, d := range m.senders {
		if n := d.Result.Events - d.Result.Acknowledged; d.Result.Tally == nil && d.refused != n {
			told = false
			note("What was lost and recovered is not known: by %s, %d of its events were not acknowledged, and collectors were told of %d.", d.File, n, d.refused)
		}
	}
	if !told {
		return
	}
	s.Recovered = &m.recovered
	lost, unknown, variants, silent := m.lost()
	if silent != "" {
		note("What was lost is not known: of %s nothing was handled, and nothing shows whether it has to be: give a collector the receiver, with --url.", silent)
		return
	}
	s.Lost = &lost
	if s.Unshown = unknown; unknown > 0 {
		note("%s", unshown(unknown, variants))
	}
}

// unknown says why nothing is known of what was handled; empty where something is.
func (m *merging) unknown(missed, handled uint64) string {
	if missed > 0 {
		return fmt.Sprintf("%d calls to the platforms were more than could be followed", missed)
	}
	for _, d := range m.senders {
		if len(m.collectors) == 0 && d.Result.Handled == nil {
			return d.File + " shows nothing of it, and no machine collected"
		}
	}
	if handled == 0 && m.unexpected == 0 && !m.calibrated {
		return "no message and no receipt came to any machine"
	}
	return ""
}
