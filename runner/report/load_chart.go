package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed-11445fa1/referee/runner/load"
)

// The edges of a chart, in units of the picture.
const chartLeft, chartRight, chartTop, chartBottom = 68.0, 592.0, 12.0, 172.0

// mostPoints is how many points of time a page has at most: a load of days has as long a
// page as one of minutes.
const mostPoints = 120

type (
	// chart is what changed over time, drawn and as a table.
	chart struct {
		ID, Title, Text string
		Lines           []chartLine
		Across, Up      []chartTick // the axis of time, and the other one
		Ended           string      // where the sending ended; empty where that is the end of the chart
		Down            []chartDown // where there was no receiver
		Heads           []string
		Rows            [][]string
	}
	// chartLine is a line, with steps, and the area below it where that is filled.
	chartLine struct{ Name, Class, Path, Area string }
	chartTick struct{ At, Text, Anchor string }
	chartDown struct{ X, Width string }

	// span is a part of a load: a second, or several of a long one.
	span struct {
		from float64
		load.Second
	}
	// quantity is what a chart shows of each span; false where there is nothing.
	quantity struct {
		name, class string
		filled      bool
		of          func(span) (float64, bool)
	}
)

// spansOf are the seconds of a load, several in one where there are too many. Counts are
// added up, and of percentiles and of what waits the highest is kept.
func spansOf(seconds []load.Second) (spans []span) {
	each := (len(seconds) + mostPoints - 1) / mostPoints
	from := 0.0
	for i, s := range seconds {
		last := len(spans) - 1
		// What is left at the end is too short for a rate.
		rest := i == len(seconds)-1 && i > 0 && s.At-from < 0.3
		if i%max(1, each) != 0 || rest {
			spans[last] = spans[last].with(s)
		} else {
			spans = append(spans, span{from, s})
		}
		from = s.At
	}
	return spans
}

func (a span) with(b load.Second) span {
	a.At = b.At
	a.Planned += b.Planned
	a.Sent += b.Sent
	a.Acknowledged += b.Acknowledged
	a.Errors += b.Errors
	a.Dropped += b.Dropped
	a.P50, a.P90, a.P99, a.Max = max(a.P50, b.P50), max(a.P90, b.P90), max(a.P99, b.P99), max(a.Max, b.Max)
	if a.Handled != nil && b.Handled != nil {
		sum, most := *a.Handled+*b.Handled, max(*a.Waiting, *b.Waiting)
		a.Handled, a.Waiting = &sum, &most
	}
	switch {
	case b.Lag == nil:
	case a.Lag == nil:
		a.Lag = b.Lag
	default:
		a.Lag = &load.Milliseconds{P50: max(a.Lag.P50, b.Lag.P50), P90: max(a.Lag.P90, b.Lag.P90), P99: max(a.Lag.P99, b.Lag.P99), Max: max(a.Lag.Max, b.Lag.Max)}
	}
	return a
}

// rate is a count of a span, a second.
func (a span) rate(n uint64) (float64, bool) { return float64(n) / max(1e-3, a.At-a.from), true }

// loadCharts are the charts of a load; none where it has no seconds.
func loadCharts(r *load.Result) (charts []chart) {
	spans := spansOf(r.Seconds)
	if len(spans) == 0 {
		return nil
	}
	rate := func(name, class string, filled bool, of func(span) uint64) quantity {
		return quantity{name, class, filled, func(a span) (float64, bool) { return a.rate(of(a)) }}
	}
	rates := []quantity{rate("sent", "sent-line", false, func(a span) uint64 { return a.Sent })}
	planned, shown := false, false
	for _, a := range spans {
		planned = planned || a.Planned > 0
		shown = shown || a.Handled != nil && a.Waiting != nil
	}
	rates = append(rates, rate("acknowledged", "main-line", true, func(a span) uint64 { return a.Acknowledged }))
	if planned {
		rates = append(rates, rate("planned", "plan-line", false, func(a span) uint64 { return a.Planned }))
	}
	if r.Errors > 0 {
		rates = append(rates, rate("errors", "bad-line", false, func(a span) uint64 { return a.Errors }))
	}
	if r.Dropped > 0 {
		rates = append(rates, rate("dropped", "warn-line", false, func(a span) uint64 { return a.Dropped }))
	}
	number := func(v float64) string { return rateText(v) }
	charts = append(charts, linear(r, spans, "rate", "Deliveries a second", "How many were sent and acknowledged; one that failed counts when it was answered or given up.", rates, number))

	times := func(of func(span, int) float64) (all []quantity) {
		for i, q := range []struct{ name, class string }{{"p50", "main-line"}, {"p90", "ok-line"}, {"p99", "warn-line"}, {"max", "plan-line"}} {
			all = append(all, quantity{q.name, q.class, false, func(a span) (float64, bool) { v := of(a, i); return v, v > 0 }})
		}
		return all
	}
	if r.Latency != nil {
		charts = append(charts, logarithmic(r, spans, "latency", "Latency", "From the planned instant, where a rate was given, to the end of the answer; each line of the axis is ten times the one below.",
			times(func(a span, i int) float64 { return [...]float64{a.P50, a.P90, a.P99, a.Max}[i] })))
	}
	if shown {
		of := func(n *uint64) uint64 {
			if n == nil {
				return 0
			}
			return *n
		}
		charts = append(charts, linear(r, spans, "waiting", "Waiting to be handled", "Events that were acknowledged and not handled yet, at the end of each second, and how many were handled a second.", []quantity{
			{"waiting", "main-line", true, func(a span) (float64, bool) { return float64(of(a.Waiting)), a.Waiting != nil }},
			rate("handled a second", "ok-line", false, func(a span) uint64 { return of(a.Handled) }),
		}, number))
	}
	if r.Lag != nil {
		charts = append(charts, logarithmic(r, spans, "lag", "Lag", "From the acknowledgement to the first message or receipt, of a sample, in the second in which that came.",
			times(func(a span, i int) float64 {
				if a.Lag == nil {
					return 0
				}
				return [...]float64{a.Lag.P50, a.Lag.P90, a.Lag.P99, a.Lag.Max}[i]
			})))
	}
	return charts
}

// linear is a chart whose other axis begins with 0.
func linear(r *load.Result, spans []span, id, title, text string, all []quantity, value func(float64) string) chart {
	most := 0.0
	for _, a := range spans {
		for _, q := range all {
			v, _ := q.of(a)
			most = max(most, v)
		}
	}
	step := niceStep(most, 4)
	top := max(step, math.Ceil(most/step-1e-9)*step)
	at := func(v float64) float64 { return chartBottom - (chartBottom-chartTop)*v/top }
	c := chart{ID: id, Title: title, Text: text}
	for v := 0.0; v <= top*1.001; v += step {
		c.Up = append(c.Up, chartTick{At: unit(at(v)), Text: compact(v)})
	}
	return c.drawn(r, spans, all, at, value)
}

// logarithmic is a chart of milliseconds, whose other axis has powers of ten.
func logarithmic(r *load.Result, spans []span, id, title, text string, all []quantity) chart {
	least, most := math.Inf(1), 0.0
	for _, a := range spans {
		for _, q := range all {
			if v, ok := q.of(a); ok {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	if most == 0 {
		least, most = 1, 10
	}
	first := math.Floor(math.Log10(least))
	last := math.Max(first+1, math.Ceil(math.Log10(most)))
	at := func(v float64) float64 {
		return chartBottom - (chartBottom-chartTop)*(math.Log10(v)-first)/(last-first)
	}
	c := chart{ID: id, Title: title, Text: text}
	for n := first; n <= last; n++ {
		v := math.Pow(10, n)
		c.Up = append(c.Up, chartTick{At: unit(at(v)), Text: shortMillis(v)})
	}
	return c.drawn(r, spans, all, at, shortMillis)
}

// drawn is a chart with its lines, its axis of time and its table.
func (c chart) drawn(r *load.Result, spans []span, all []quantity, up func(float64) float64, value func(float64) string) chart {
	end := spans[len(spans)-1].At
	across := func(seconds float64) float64 {
		return chartLeft + (chartRight-chartLeft)*seconds/max(end, 1e-3)
	}
	step := timeStep(end)
	for t := 0.0; t <= end*1.001; t += step {
		x := across(t)
		c.Across = append(c.Across, chartTick{unit(x), clock(t), anchor(x)})
	}
	if sent := float64(r.DurationMS) / 1000; sent < end-step/10 {
		c.Ended = unit(across(sent))
	}
	for _, d := range r.Deaths {
		from, to := across(min(d.At, end)), across(min(d.At+d.Down, end))
		c.Down = append(c.Down, chartDown{unit(from), unit(max(2, to-from))})
	}
	if first, long := spans[0], len(spans) > 1 && spans[0].At > 1.5; long {
		c.Text += fmt.Sprintf(" Each step is %s: of rates it has the mean, of all else the highest.", clock(first.At))
	}
	c.Heads = []string{"until"}
	for _, q := range all {
		c.Heads = append(c.Heads, q.name)
		c.Lines = append(c.Lines, lineOf(q, spans, across, up))
	}
	for _, a := range spans {
		row := []string{clock(a.At)}
		for _, q := range all {
			cell := "–"
			if v, ok := q.of(a); ok {
				cell = value(v)
			}
			row = append(row, cell)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// lineOf draws a quantity: a step for each span, and nothing where there is none.
func lineOf(q quantity, spans []span, across, up func(float64) float64) chartLine {
	var line, area strings.Builder
	drawing := false
	from := ""
	for _, a := range spans {
		v, ok := q.of(a)
		if !ok {
			drawing = false
			continue
		}
		y := unit(up(v))
		if drawing {
			fmt.Fprintf(&line, "V%s", y)
		} else {
			from = unit(across(a.from))
			fmt.Fprintf(&line, "M%s %s", from, y)
		}
		fmt.Fprintf(&line, "H%s", unit(across(a.At)))
		drawing = true
		if q.filled {
			fmt.Fprintf(&area, "M%s %sV%sH%sV%sz", unit(across(a.from)), unit(chartBottom), y, unit(across(a.At)), unit(chartBottom))
		}
	}
	return chartLine{q.name, q.class, line.String(), area.String()}
}

// niceStep is a step of 1, 2 or 5 and zeros, of which so many reach up to most.
func niceStep(most, steps float64) float64 {
	if most <= 0 {
		return 1
	}
	ten := math.Pow(10, math.Floor(math.Log10(most/steps)))
	for _, by := range []float64{1, 2, 5} {
		if most/(by*ten) <= steps {
			return by * ten
		}
	}
	return 10 * ten
}

// timeStep is a step for an axis of so many seconds, as clocks have them.
func timeStep(end float64) float64 {
	const most = 6
	if end <= most {
		return niceStep(end, most)
	}
	for _, step := range []float64{2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600} {
		if end/step <= most {
			return step
		}
	}
	return 24 * 3600 * math.Ceil(end/24/3600/most)
}

// compact is a number that is short enough for an axis.
func compact(v float64) string {
	for _, by := range []struct {
		of   float64
		sign string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= by.of {
			return fmt.Sprintf("%.3g%s", v/by.of, by.sign)
		}
	}
	return fmt.Sprintf("%.3g", v)
}
