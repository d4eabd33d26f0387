package load

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Assertion is what a result has to be: "p99<250ms", "lost==0".
type Assertion struct {
	Text string
	// Metric is one of Metrics, and Op one of < <= == >= >.
	Metric string
	Op     string
	// Value is what it is compared with, a time in milliseconds.
	Value float64
}

// assertionForm is a metric, a comparison and a value.
var assertionForm = regexp.MustCompile(`^\s*([a-z0-9_]+)\s*(<=|>=|==|<|>)\s*(\S+)\s*$`)

// metrics are what can be asserted of, in their order, and whether they are times.
var metrics = []struct {
	name string
	time bool
	of   func(Result) (float64, bool)
	// open, if set, is how much more it may be: of so many events nothing shows it.
	open func(Result) uint64
}{
	{"p50", true, latency(func(m Milliseconds) float64 { return m.P50 }), nil},
	{"p90", true, latency(func(m Milliseconds) float64 { return m.P90 }), nil},
	{"p99", true, latency(func(m Milliseconds) float64 { return m.P99 }), nil},
	{"max", true, latency(func(m Milliseconds) float64 { return m.Max }), nil},
	{"lost", false, counted(func(r Result) *uint64 { return r.Lost }), unshownOf},
	{"duplicated", false, counted(func(r Result) *uint64 { return r.Duplicated }), nil},
	{"unexpected", false, counted(func(r Result) *uint64 { return r.Unexpected }), nil},
	{"recovered", false, counted(func(r Result) *uint64 { return r.Recovered }), nil},
	{"handled", false, counted(func(r Result) *uint64 { return r.Handled }), unshownOf},
	{"acknowledged", false, func(r Result) (float64, bool) { return float64(r.Acknowledged), true }, nil},
	{"dropped", false, func(r Result) (float64, bool) { return float64(r.Dropped), true }, nil},
	{"errors", false, func(r Result) (float64, bool) { return float64(r.Errors), true }, nil},
	{"restarts", false, func(r Result) (float64, bool) { return float64(r.Restarts), true }, nil},
	{"events", false, func(r Result) (float64, bool) { return float64(r.Events), true }, nil},
	{"events_per_second", false, func(r Result) (float64, bool) { return r.EventsPerSecond, true }, nil},
}

func unshownOf(r Result) uint64 { return r.Unshown }

func latency(of func(Milliseconds) float64) func(Result) (float64, bool) {
	return func(r Result) (float64, bool) {
		if r.Latency == nil {
			return 0, false
		}
		return of(*r.Latency), true
	}
}

func counted(of func(Result) *uint64) func(Result) (float64, bool) {
	return func(r Result) (float64, bool) {
		if n := of(r); n != nil {
			return float64(*n), true
		}
		return 0, false
	}
}

// Metrics are the names of what can be asserted of.
func Metrics() (names []string) {
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

// ParseAssertion reads an assertion.
func ParseAssertion(text string) (Assertion, error) {
	parts := assertionForm.FindStringSubmatch(text)
	if parts == nil {
		return Assertion{}, fmt.Errorf("%q is no assertion: give a metric, one of < <= == >= >, and a value, such as 'p99<250ms' or 'lost==0'", text)
	}
	a := Assertion{Text: text, Metric: parts[1], Op: parts[2]}
	i := slices.Index(Metrics(), a.Metric)
	if i < 0 {
		return a, fmt.Errorf("%q: there is no metric %s; there are %s", text, a.Metric, strings.Join(Metrics(), ", "))
	}
	if metrics[i].time {
		d, err := time.ParseDuration(parts[3])
		if a.Value = float64(d) / float64(time.Millisecond); err != nil {
			return a, fmt.Errorf("%q: %s is compared with a time such as 250ms, and not with %q", text, a.Metric, parts[3])
		}
		return a, nil
	}
	var err error
	if a.Value, err = strconv.ParseFloat(parts[3], 64); err != nil || math.IsNaN(a.Value) || math.IsInf(a.Value, 0) {
		return a, fmt.Errorf("%q: %s is compared with a number, and not with %q", text, a.Metric, parts[3])
	}
	return a, nil
}

// Judgement is what a result says of an assertion.
type Judgement struct {
	Assertion string `json:"assertion"`
	Holds     *bool  `json:"holds"` // nil: nothing shows it
	Actual    string `json:"actual,omitempty"`
}

// Judge says whether a result is so, and what it is; judged is false where nothing shows
// it.
func (a Assertion) Judge(r Result) (holds, judged bool, actual string) {
	if r.OnlyTried() {
		return false, false, "rates were tried, and nothing was sent beside that"
	}
	m := metrics[slices.Index(Metrics(), a.Metric)]
	v, ok := m.of(r)
	if !ok {
		return false, false, "nothing shows it"
	}
	actual = strconv.FormatFloat(v, 'f', -1, 64)
	if m.time {
		actual += "ms"
	}
	if m.open != nil && m.open(r) > 0 {
		more := m.open(r)
		if holds = a.holds(v); holds != a.holds(v+float64(more)) || a.Op == "==" && a.Value > v && a.Value < v+float64(more) {
			return false, false, fmt.Sprintf("it is %s, or up to %d more, of which nothing shows whether they were handled", actual, more)
		}
		return holds, true, actual
	}
	return a.holds(v), true, actual
}

// holds reports whether a value is what is asserted.
func (a Assertion) holds(v float64) bool {
	switch a.Op {
	case "<":
		return v < a.Value
	case "<=":
		return v <= a.Value
	case "==":
		return v == a.Value
	case ">=":
		return v >= a.Value
	}
	return v > a.Value
}
