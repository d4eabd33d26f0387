package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/suites/plural"
)

type (
	// loadPage is what the page of a load shows.
	loadPage struct {
		Sign, Class, Short, Lead string
		R                        *load.Result // nil: it has not ended
		Started, Took, Way       string
		Facts                    []loadFact
		Asserted                 []loadAsserted
		Account                  []loadFact
		Notes                    []string
		Charts                   []chart
		Histogram                *plot
		Times                    [][]string
		Errors                   []loadError
		Deaths                   [][]string
		Limit                    string
		Probes                   []loadProbe
		Style                    template.CSS
		StyleHash                template.HTMLAttr
	}
	// loadFact is a number, or a text in its place, and what it means.
	loadFact struct{ Name, Value, Says, Class, Sign string }
	// loadAsserted is an assertion, and what came of it.
	loadAsserted struct{ Class, Sign, Text, Actual string }
	// loadError is a kind of error in words.
	loadError struct{ Kind, Says, Look, When, Count, Share string }
	// loadProbe is a rate that was tried.
	loadProbe struct {
		Class, Sign, Rate, Why string
		Cells                  []string
	}
)

// WriteLoad writes the result of a load as one page that needs nothing beside it. No
// script runs in it. A load that has not ended has no result: then it is nil, and so the
// page of the load before does not stay.
func WriteLoad(w io.Writer, r *load.Result) error {
	page, err := template.New("load").Parse(htmlFile("histogram.html") + htmlFile("load.html"))
	if err == nil {
		err = page.Execute(w, loadPageOf(r))
	}
	if err != nil {
		return fmt.Errorf("write the page of the load: %w", err)
	}
	return nil
}

func loadPageOf(r *load.Result) loadPage {
	style := htmlFile("report.css") + "\n" + htmlFile("load.css")
	p := loadPage{R: r, Style: template.CSS(style), StyleHash: policyHash(style)} //nolint:gosec // files of this package
	var m mark
	m, p.Short, p.Lead = loadVerdict(r)
	p.Sign, p.Class = m.sign, htmlClass(m)
	if r == nil {
		return p
	}
	p.Started, p.Took = r.Started.UTC().Format("2006-01-02 15:04:05 UTC"), (time.Duration(r.DurationMS) * time.Millisecond).String()
	for _, a := range r.Assertions {
		m := judgedMark(a)
		p.Asserted = append(p.Asserted, loadAsserted{htmlClass(m), m.sign, Clean(a.Assertion), Clean(a.Actual)})
	}
	if !r.OnlyTried() {
		p.Account, p.Errors = loadAccount(r), loadErrors(r)
		p.Way = "each when the one before it on its connection was answered"
		if r.Lateness != nil {
			p.Way = "at planned instants, whether the receiver kept up or not"
		}
	}
	for _, note := range r.Notes {
		p.Notes = append(p.Notes, Clean(note))
	}
	for _, d := range r.Deaths {
		p.Deaths = append(p.Deaths, []string{clock(d.At), cmp.Or(Clean(d.How), "it did not listen any more"), shortMillis(1000 * d.Down)})
	}
	p.Charts = loadCharts(r)
	if len(r.LatencyClasses) > 0 && r.Latency != nil {
		var classes []Class
		n := 0
		for _, c := range r.LatencyClasses {
			classes = append(classes, Class{c.UpToUS, int(c.Count)})
			n += int(c.Count)
		}
		micros := func(ms float64) int64 { return int64(math.Round(ms * 1000)) }
		l := r.Latency
		drawn := histogram("How long acknowledgements took.", fmt.Sprintf("%s acknowledged deliveries, by the time that each took.", grouped(uint64(n))), classes,
			[]quantile{{"p50", micros(l.P50)}, {"p90", micros(l.P90)}, {"p99", micros(l.P99)}, {"max", micros(l.Max)}})
		p.Histogram = &drawn
	}
	for _, of := range []struct {
		name string
		*load.Milliseconds
	}{{"latency", r.Latency}, {"lateness", r.Lateness}, {"lag", r.Lag}} {
		if m := of.Milliseconds; m != nil {
			name := of.name
			if m.Worst {
				name += ", each of the machine that had the worst"
			}
			p.Times = append(p.Times, []string{name, shortMillis(m.P50), shortMillis(m.P90), shortMillis(m.P99), shortMillis(m.Max)})
		}
	}
	if r.Limit != nil {
		p.Limit, p.Probes = loadLimit(*r.Limit)
		if r.Limit.Rate > 0 && !r.OnlyTried() {
			p.Limit += " What else this page shows was sent at that rate."
		}
	}
	return p
}

// loadVerdict is what a load says of the receiver, by what was asserted.
func loadVerdict(r *load.Result) (m mark, short, lead string) {
	none := mark{"?", magenta}
	if r == nil {
		return none, "No verdict", "The load has not ended: it is under way, or something stopped it, and then the console says what."
	}
	var broken, open int
	for _, a := range r.Assertions {
		switch {
		case a.Holds == nil:
			open++
		case !*a.Holds:
			broken++
		}
	}
	all := len(r.Assertions)
	lead = loadSummary(r)
	switch {
	case r.Gone != "":
		return none, "The receiver ended", "It could not be started again: " + Clean(r.Gone) + ". What was until then: " + lead
	case r.Interrupted && r.OnlyTried():
		return none, "Interrupted", plural.Count(len(r.Limit.Probes), "rate") + " tried until then."
	case r.Interrupted:
		return none, "Interrupted", "What was sent until then: " + lead
	case r.Acknowledged == 0 && !r.OnlyTried(): // which makes assertions hold that say nothing then
		return markOf(Failed), "Nothing was acknowledged", lead
	case broken > 0:
		does := "do"
		if broken == 1 {
			does = "does"
		}
		return markOf(Failed), fmt.Sprintf("%d of %s %s not hold", broken, plural.Count(all, "assertion"), does), lead
	case open > 0:
		return none, fmt.Sprintf("%d of %s could not be judged", open, plural.Count(all, "assertion")), lead
	case all == 1:
		return markOf(Passed), "The assertion holds", lead
	case all > 0:
		return markOf(Passed), fmt.Sprintf("All %d assertions hold", all), lead
	case r.Limit != nil && r.Limit.Rate == 0:
		return markOf(Failed), "No rate was held", plural.Count(len(r.Limit.Probes), "rate") + " tried."
	}
	return mark{"–", plain}, "Nothing was asserted", lead + " An --assert such as 'lost==0' says what has to hold."
}

// loadSummary is a load in a sentence.
func loadSummary(r *load.Result) string {
	text := fmt.Sprintf("%s events, %.0f a second", grouped(r.Events), r.EventsPerSecond)
	if r.Lost != nil && r.Duplicated != nil {
		text += fmt.Sprintf("; %s lost, %s duplicated", grouped(*r.Lost), grouped(*r.Duplicated))
	}
	text += fmt.Sprintf("; errors in %s of %s deliveries", grouped(r.Errors), grouped(r.Deliveries))
	if r.Latency != nil {
		text += fmt.Sprintf("; latency p99 %s", shortMillis(r.Latency.P99))
	}
	return text + "."
}

func judgedMark(a load.Judgement) mark {
	switch {
	case a.Holds == nil:
		return mark{"?", magenta}
	case *a.Holds:
		return markOf(Passed)
	}
	return markOf(Failed)
}

// loadAccount is what became of the events.
func loadAccount(r *load.Result) []loadFact {
	count := func(name string, n uint64, says string) loadFact {
		return loadFact{Name: name, Value: grouped(n), Says: says}
	}
	// What nobody wants is marked where there is any.
	unwanted := func(name string, n uint64, says string) loadFact {
		f := count(name, n, says)
		if n > 0 {
			m := markOf(Warned)
			f.Sign, f.Class = m.sign, htmlClass(m)
		}
		return f
	}
	all := []loadFact{
		count("events", r.Events, fmt.Sprintf("sent in %s deliveries, %.0f events a second", grouped(r.Deliveries), r.EventsPerSecond)),
		count("acknowledged", r.Acknowledged, "events of deliveries that were answered with a status of 200 to 299 in time"),
	}
	if r.Handled == nil {
		why := cmp.Or(Clean(r.Unknown), "nothing shows it")
		if r.Missed > 0 {
			why = grouped(r.Missed) + " calls to the platform were more than could be followed"
		}
		all = append(all, loadFact{Name: "handled", Value: "not known", Says: why})
	} else {
		known := func(of func(string, uint64, string) loadFact, name string, n *uint64, says string) loadFact {
			if n == nil {
				return loadFact{Name: name, Value: "not known", Says: says}
			}
			return of(name, *n, says)
		}
		all = append(all,
			count("handled", *r.Handled, "a message or a receipt came for them"),
			known(unwanted, "lost", r.Lost, "acknowledged, and not handled"+maybeMore(r.Unshown)),
			known(unwanted, "duplicated", r.Duplicated, "handled more than once"),
			known(unwanted, "unexpected", r.Unexpected, "messages and receipts for events that were never sent"),
			known(count, "recovered", r.Recovered, "not acknowledged, and handled all the same"),
		)
	}
	all = append(all,
		unwanted("dropped", r.Dropped, "deliveries that could not be started within a second of their planned instant"),
		unwanted("errors", r.Errors, "deliveries that were not acknowledged"),
	)
	if r.Restarts > 0 {
		all = append(all, unwanted("restarts", r.Restarts, "how often the receiver ended, and was started again"))
	}
	return all
}

// maybeMore says that of some events nothing shows whether they belong to the lost.
func maybeMore(n uint64) string {
	if n == 0 {
		return ""
	}
	return "; of " + grouped(n) + " more nothing shows it"
}

// loadErrors are the errors by their kind, the most frequent first.
func loadErrors(r *load.Result) (all []loadError) {
	for kind, n := range r.ErrorsBy {
		e := loadError{Kind: Clean(kind), Count: grouped(n)}
		if r.Deliveries > 0 {
			e.Share = fmt.Sprintf("%.2g %%", 100*float64(n)/float64(r.Deliveries))
		}
		e.Says, e.Look = errorInWords(kind)
		first, last, from := 0.0, 0.0, 0.0
		for _, s := range r.Seconds {
			if s.ErrorsBy[kind] > 0 {
				if last == 0 {
					first = from
				}
				last = s.At
			}
			from = s.At
		}
		if last > 0 {
			e.When = fmt.Sprintf("Between %s and %s.", clock(first), clock(last))
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b loadError) int {
		return cmp.Or(cmp.Compare(r.ErrorsBy[b.Kind], r.ErrorsBy[a.Kind]), strings.Compare(a.Kind, b.Kind))
	})
	return all
}

// errorInWords says what a kind of error is, and where to look.
func errorInWords(kind string) (says, look string) {
	code, isStatus := strings.CutPrefix(kind, "status ")
	status, err := strconv.Atoi(code)
	switch {
	case kind == "connect":
		return "Nothing took the connection", "Does the receiver still run, and does it accept so many connections? Its backlog and how many files it may open are limits."
	case kind == "timeout":
		return "No answer within the deadline", "What does it do before it answers? Answer first, and work afterwards."
	case kind == "closed":
		return "The connection ended without an answer", "Did the receiver die, or does something before it cut connections?"
	case kind == "malformed":
		return "What came is no answer of HTTP/1.1", "Does something else listen at this URL?"
	case kind == "interrupted":
		return "k6 was stopped in the middle of it", "What became of it is not known."
	case kind == "not told to the collector":
		return "No collector knows that it was not acknowledged", "What was lost and recovered is then not known. Is REFEREE_COLLECT the URL of referee load --collect?"
	case !isStatus || err != nil:
		return kind, ""
	}
	says = strings.TrimSpace("It answered " + code + " " + http.StatusText(status))
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		look = "Are the app secret and the page the receiver's?"
	case status == http.StatusNotFound:
		look = "Is the path of the URL the webhook's?"
	case status == http.StatusTooManyRequests:
		look = "Something in the receiver or before it limits the rate."
	case status/100 == 3:
		look = "A delivery does not follow another address. Give the last one with --url."
	case status/100 == 5:
		look = "The receiver's log says why."
	}
	return says, look
}

// loadLimit is the limit in words, and the rates that were tried.
func loadLimit(l load.Limit) (says string, probes []loadProbe) {
	says = "The receiver held no rate that was tried."
	if l.Rate > 0 {
		says = fmt.Sprintf("%s deliveries a second is the highest rate that the receiver was seen to hold.", rateText(l.Rate))
	}
	for _, p := range l.Probes {
		m := markOf(Passed)
		if !p.Holds {
			m = markOf(Failed)
		}
		cells := []string{"–", "–", "–"}
		if p.Latency != nil {
			cells = []string{shortMillis(p.Latency.P50), shortMillis(p.Latency.P99), shortMillis(p.Latency.Max)}
		}
		probes = append(probes, loadProbe{htmlClass(m), m.sign, rateText(p.Rate) + "/s", cmp.Or(Clean(p.Why), "held"), cells})
	}
	return says, probes
}

// rateText is a rate for people.
func rateText(r float64) string {
	if r < 10 {
		return strconv.FormatFloat(r, 'f', 1, 64)
	}
	return grouped(uint64(math.Round(r)))
}

// grouped is a number for people: 1,234,567.
func grouped(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// shortMillis is a time for people.
func shortMillis(ms float64) string { return shortTime(int64(math.Round(ms * 1000))) }

// clock is a time since the beginning, of so many seconds: 90 is 1m30s.
func clock(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d >= 10*time.Second {
		d = d.Round(time.Second)
	} else {
		d = d.Round(100 * time.Millisecond)
	}
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if rest, is := strings.CutSuffix(text, zero); is {
			text = rest + zero[:1]
		}
	}
	return text
}
