package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

// loaded is a load of so many seconds, in which a bot gets slow, dies and comes back.
func loaded(seconds int) load.Result {
	yes, no := true, false
	handled, lost, duplicated, unexpected, recovered := uint64(11_800), uint64(3), uint64(2), uint64(0), uint64(9)
	end := float64(seconds)
	r := load.Result{
		Version: 1, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), DurationMS: int64(seconds-1) * 1000, URL: "http://127.0.0.1:3000/webhook",
		Deliveries: 12_100, Events: 12_100, EventsPerSecond: 400, DeliveriesPerSecond: 400, Dropped: 45, Errors: 306,
		ErrorsBy: map[string]uint64{"status 500": 200, "timeout": 100, "closed": 4, "status 429": 2}, Acknowledged: 11_794,
		Handled: &handled, Lost: &lost, Duplicated: &duplicated, Unexpected: &unexpected, Recovered: &recovered,
		Latency: &load.Milliseconds{P50: 12.4, P90: 38.1, P99: 121, Max: 309}, Lateness: &load.Milliseconds{P50: 0.4, P90: 0.9, P99: 1.2, Max: 8},
		Lag: &load.Milliseconds{P50: 21, P90: 61, P99: 188, Max: 214},
		Assertions: []load.Judgement{
			{Assertion: "lost==0", Holds: &no, Actual: "3"}, {Assertion: "p99<250ms", Holds: &yes, Actual: "121ms"}, {Assertion: "duplicated<=2", Holds: &yes, Actual: "2"},
		},
		Restarts: 1, Deaths: []load.Death{{At: 0.75 * end, How: "exit status 1", Down: 0.04 * end}},
	}
	for i, n := range []uint64{40, 210, 900, 2100, 2600, 1900, 1200, 700, 500, 420, 380, 300, 190, 110, 80, 60, 44, 30, 20, 10} {
		r.LatencyClasses = append(r.LatencyClasses, load.Class{UpToUS: int64(math.Round(math.Pow(10, float64(36+i)/10))), Count: n})
	}
	for i := range seconds {
		shown, waiting := uint64(400), uint64(i%7)
		slow := 1 + 1.2*math.Pow(float64(i)/end, 6) // towards the end
		s := load.Second{
			At: float64(i + 1), Planned: 400, Sent: 400, Acknowledged: 400,
			P50: slow * (5 + float64(i%3)), P90: slow * (20 + float64(i%11)), P99: slow * (60 + float64(i%13)), Max: slow * (90 + 5*float64(i%17)),
			Handled: &shown, Waiting: &waiting, Lag: &load.Milliseconds{P50: 20 * slow, P90: (40 + float64(i%5)) * slow, P99: 90 * slow, Max: 100 * slow},
		}
		switch at := float64(i) / end; {
		case i == seconds-1: // nothing is sent any more
			s = load.Second{At: s.At, Handled: &shown, Waiting: &waiting, Lag: s.Lag}
		case at > 0.75 && at < 0.79: // it is away
			*s.Handled, s.Sent, s.Acknowledged, s.P50, s.P90, s.P99, s.Max, s.Lag = 0, 40, 0, 0, 0, 0, 0, nil
			s.Errors, s.Dropped, s.ErrorsBy = 40, 15, map[string]uint64{"closed": 1, "timeout": 39}
		case at > 0.5:
			waiting = uint64(900 * (at - 0.5))
			s.Sent, s.Acknowledged, s.Errors, s.ErrorsBy = 395, 390, 5, map[string]uint64{"status 500": 5}
		}
		r.Seconds = append(r.Seconds, s)
	}
	return r
}

// limited is a load whose limit was looked for.
func limited() load.Result {
	r := loaded(10)
	r.Assertions = nil
	r.Limit = &load.Limit{Rate: 400, Probes: []load.Probe{
		{Rate: 400, Holds: true, Latency: &load.Milliseconds{P50: 3, P90: 5, P99: 9, Max: 20}},
		{Rate: 800, Why: "deliveries were not acknowledged"},
	}}
	return r
}

func pageOf(t *testing.T, r *load.Result) string {
	t.Helper()
	return text(t, func(w io.Writer) error { return report.WriteLoad(w, r) })
}

func TestLoadPage(t *testing.T) {
	t.Parallel()
	r := loaded(30)
	golden(t, "load.html", func(w io.Writer) error {
		page := regexp.MustCompile(`(?s)<style>.*?</`).ReplaceAllString(pageOf(t, &r), "<style></")
		_, err := io.WriteString(w, regexp.MustCompile(`sha256-[^']+`).ReplaceAllString(page, "sha256"))
		return err
	})
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas.Validate("format.load", document); err != nil {
		t.Error(err)
	}
}

// The first thing that a page says is what was asserted, and never more than that.
func TestLoadVerdict(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for want, r := range map[string]*load.Result{
		"? No verdict":                            nil,
		"– Nothing was asserted":                  {Acknowledged: 1},
		"✗ Nothing was acknowledged":              {},
		"✗ Nothing was acknowledged ":             {Assertions: []load.Judgement{{Holds: &yes}}},
		"✗ No rate was held":                      {Limit: &load.Limit{Probes: []load.Probe{{Rate: 1}}}},
		"✓ The assertion holds":                   {Acknowledged: 1, Assertions: []load.Judgement{{Holds: &yes}}},
		"✓ All 2 assertions hold":                 {Acknowledged: 1, Assertions: []load.Judgement{{Holds: &yes}, {Holds: &yes}}},
		"? 1 of 2 assertions could not be judged": {Acknowledged: 1, Assertions: []load.Judgement{{Holds: &yes}, {}}},
		"✗ 1 of 3 assertions does not hold":       {Acknowledged: 1, Assertions: []load.Judgement{{Holds: &yes}, {}, {Holds: &no}}},
		"? Interrupted ":                          {Interrupted: true, Limit: &load.Limit{}},
		"? The receiver ended":                    {Gone: "exit status 4", Interrupted: true},
		"? Interrupted":                           {Interrupted: true, Assertions: []load.Judgement{{Holds: &yes}}},
	} {
		sign, short, _ := strings.Cut(strings.TrimSpace(want), " ")
		if page := pageOf(t, r); !strings.Contains(page, "<title>"+sign+" Referee load: "+short+"</title>") {
			t.Errorf("no %q in\n%.1500s", want, page)
		}
	}
}

// A load of days has no longer a page than one of minutes, and what its steps say adds up.
func TestLongLoadsAreThinned(t *testing.T) {
	t.Parallel()
	for _, seconds := range []int{1, 119, 121, 599, 100_000} {
		r := loaded(seconds)
		page := pageOf(t, &r)
		if len(page) > 150_000 {
			t.Errorf("the page of %d seconds has %d bytes", seconds, len(page))
		}
		rows := strings.Count(page[:strings.Index(page, `id="latency"`)], `<th scope="row">`) - 13 - 1 // assertions, account and ends
		rows -= strings.Count(page, `<th scope="row"><code>`)                                          // errors
		if want := min(seconds, 120); rows < (want+1)/2 || rows > want {
			t.Errorf("%d seconds have %d rows", seconds, rows)
		}
	}
}

// What a receiver or a file says stays text.
func TestLoadPageRunsNothingForeign(t *testing.T) {
	t.Parallel()
	const foreign = `"><script>alert(1)</script>`
	r := loaded(3)
	r.URL, r.Unknown, r.ErrorsBy = foreign, foreign, map[string]uint64{foreign: 1}
	r.Gone, r.Deaths = foreign, []load.Death{{How: foreign}}
	r.Assertions = []load.Judgement{{Assertion: foreign, Actual: foreign}}
	r.Handled, r.Limit = nil, &load.Limit{Probes: []load.Probe{{Rate: 1, Why: foreign}}}
	page := pageOf(t, &r)
	if strings.Contains(page, "<script") || !strings.Contains(page, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("the page is\n%s", page)
	}
	if n := strings.Count(page, "alert(1)"); n != 9 {
		t.Errorf("what is foreign is there %d times", n)
	}
}

// A result that is written and read again gives the same page.
func TestLoadPageOfAFile(t *testing.T) {
	t.Parallel()
	r := limited()
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	read, err := load.ReadResult(document)
	if err != nil {
		t.Fatal(err)
	}
	if before, after := pageOf(t, &r), pageOf(t, &read); before != after || !strings.Contains(before, "deliveries were not acknowledged") {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	if _, err := load.ReadResult(bytes.Replace(document, []byte(`"version":1`), []byte(`"version":2`), 1)); err == nil {
		t.Error("another version is read")
	}
}
