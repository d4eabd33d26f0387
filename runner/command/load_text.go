package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
)

// tell prints and writes the result, and judges it.
func (f *loadFlags) tell(h *Host, r load.Result, asserted []load.Assertion) error {
	switch {
	case r.Handled != nil:
	case r.OnlyTried():
		r.Unknown = "rates were tried, and nothing was sent beside that"
	case !f.reachable():
		r.Unknown = "a receiver at a URL cannot know where the platform is; give it an address with --platform-addr"
	default:
		r.Unknown = fmt.Sprintf("no message that was taken and no receipt came within %d s of the events that were sent before the load; the Graph API of this load is at %s", int(load.FirstEvidence.Seconds()), f.graphURL)
	}
	text, code := judgedLoad(&r, asserted)
	_, err := io.WriteString(h.Stdout, text)
	problems := []error{err} // who cannot read it may still have the files
	if f.result != "" {
		problems = append(problems, report.WriteFile(f.result, func(w io.Writer) error { return writeJSON(w, r) }))
	}
	problems = append(problems, f.writePage(&r))
	if err := errors.Join(problems...); err != nil {
		return trouble(err)
	}
	switch {
	case r.Gone != "":
		return trouble(fmt.Errorf("the receiver ended, and the load with it: %s", r.Gone))
	case r.Interrupted:
		return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted; the result is of what was sent until then")}
	}
	return &exit{code: code, reported: true}
}

// judgedLoad holds a result to assertions: the result for people, and the exit code.
func judgedLoad(r *load.Result, asserted []load.Assertion) (text string, code int) {
	for _, a := range asserted {
		holds, judged, actual := a.Judge(*r)
		j := load.Judgement{Assertion: a.Text, Actual: actual}
		switch {
		case !judged:
			code = runner.ExitTrouble
		case !holds && code == 0:
			code = report.ExitNonconformant
			fallthrough
		default:
			j.Holds = &holds
		}
		r.Assertions = append(r.Assertions, j)
	}
	text = loadText(*r)
	switch {
	case r.OnlyTried() && len(asserted) > 0:
	case r.OnlyTried():
		if r.Limit.Rate == 0 && !r.Interrupted {
			code = report.ExitNonconformant
		}
	case r.Acknowledged == 0: // which makes assertions hold that say nothing then
		text += "✗ Nothing was acknowledged.\n"
		code = report.ExitNonconformant
	}
	return text, code
}

// loadText is a result for people.
func loadText(r load.Result) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%14s  %s\n", name, fmt.Sprintf(format, args...))
	}
	if r.OnlyTried() {
		switch n := len(r.Limit.Probes); {
		case r.Limit.Rate > 0:
			line("limit", "%s deliveries a second, the highest rate that was held until then", load.RateText(r.Limit.Rate))
		case n > 0:
			line("limit", "none: it held no rate that was tried, down to %s/s", load.RateText(r.Limit.Probes[n-1].Rate))
		default:
			line("limit", "not known: no rate was kept to its end")
		}
		return b.String() + assertedText(r)
	}
	if r.Limit != nil {
		line("limit", "%s deliveries a second; what follows was sent at that rate", load.RateText(r.Limit.Rate))
	}
	if m := r.Merged; m != nil {
		line("machines", "%d that sent, %d that collected", m.Senders, m.Collectors)
	}
	line("events", "%d in %d deliveries, %s events a second", r.Events, r.Deliveries, load.RateText(r.EventsPerSecond))
	line("acknowledged", "%d", r.Acknowledged)
	switch {
	case r.Missed > 0:
		line("handled", "not known: %d calls to the platform were more than could be followed", r.Missed)
	case r.Handled == nil:
		for i, said := range report.Wrap("nothing shows it: "+r.Unknown, 63) {
			line([]string{"handled", ""}[min(i, 1)], "%s", said)
		}
	default:
		for _, c := range []struct {
			name string
			of   *uint64
			what string
		}{
			{"handled", r.Handled, ""}, {"lost", r.Lost, lostMeans(r.Unshown)}, {"duplicated", r.Duplicated, " (handled more than once)"},
			{"unexpected", r.Unexpected, " (handled, and never sent)"}, {"recovered", r.Recovered, " (not acknowledged, and handled)"},
		} {
			if c.of == nil {
				line(c.name, "not known")
				continue
			}
			line(c.name, "%d%s", *c.of, c.what)
		}
	}
	line("dropped", "%d deliveries that could not be started within a second", r.Dropped)
	line("errors", "%d deliveries%s", r.Errors, kinds(r.ErrorsBy))
	if r.Restarts > 0 {
		line("restarts", "%d%s", r.Restarts, deaths(r.Deaths))
	}
	for _, d := range []struct {
		name string
		of   *load.Milliseconds
	}{{"latency", r.Latency}, {"lateness", r.Lateness}, {"lag", r.Lag}} {
		if d.of != nil {
			worst := ""
			if d.of.Worst {
				worst = "  (each of the machine that had the worst)"
			}
			line(d.name, "p50 %s  p90 %s  p99 %s  max %s%s", milliseconds(d.of.P50), milliseconds(d.of.P90), milliseconds(d.of.P99), milliseconds(d.of.Max), worst)
		}
	}
	b.WriteString(notesText(r))
	if r.Merged != nil && r.Interrupted {
		b.WriteString("Some of these machines were interrupted.\n")
	}
	return b.String() + assertedText(r)
}

// lostMeans says what lost events are, and of how many more nothing shows whether they are.
func lostMeans(unshown uint64) string {
	if unshown == 0 {
		return " (acknowledged, and not handled)"
	}
	return fmt.Sprintf(" (acknowledged, and not handled), or up to %d more", unshown)
}

// notesText are the notes of a result, for people.
func notesText(r load.Result) string {
	var b strings.Builder
	for _, note := range r.Notes {
		for _, line := range report.Wrap(note, 79) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func kinds(by map[string]uint64) string {
	if len(by) == 0 {
		return ""
	}
	var each []string
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		each = append(each, fmt.Sprintf("%s %d", kind, by[kind]))
	}
	return ": " + strings.Join(each, ", ")
}

// deaths are how the receiver ended, each manner once.
func deaths(all []load.Death) string {
	by := map[string]uint64{}
	for _, d := range all {
		by[cmp.Or(d.How, "listened no more")]++
	}
	return kinds(by)
}

// roughly is a time for people, in few characters.
func roughly(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

// milliseconds is a time for people.
func milliseconds(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
