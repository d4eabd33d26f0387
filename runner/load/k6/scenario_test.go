package k6

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/load"
)

func TestScenario(t *testing.T) {
	const closed = `"gracefulStop":"41s"}`
	open := func(rate string, vus string, stages string) string {
		return `{"executor":"ramping-arrival-rate",` + rate + `,"preAllocatedVUs":` + vus + `,"maxVUs":` + vus + `,"stages":[` + stages + `,{"duration":"0s","target":0},{"duration":"1m0s","target":0}],` + closed
	}
	for name, c := range map[string]struct {
		of   load.Options
		want string
	}{
		"closed, for a time":         {load.Options{Duration: time.Minute}, `{"executor":"constant-vus","vus":60,"duration":"1m0s",` + closed},
		"closed, a count":            {load.Options{Count: 1000, Concurrency: 64}, `{"executor":"shared-iterations","vus":64,"iterations":1000,"maxDuration":"8760h0m0s",` + closed},
		"closed, whichever is first": {load.Options{Count: 5, Duration: time.Minute}, `{"executor":"shared-iterations","vus":5,"iterations":5,"maxDuration":"1m0s",` + closed},
		"a rate, for a time": {load.Options{Stages: []load.Stage{{From: 500, To: 500, For: 2 * time.Second}}, Duration: 2 * time.Second},
			open(`"startRate":500,"timeUnit":"1s"`, "1020", `{"duration":"2s","target":500},{"duration":"1ms","target":500}`)},
		"a rate, a count": {load.Options{Stages: []load.Stage{{From: 3, To: 3, For: load.Always}}, Count: 10},
			open(`"startRate":3,"timeUnit":"1s"`, "60", `{"duration":"3.333333333s","target":3},{"duration":"166.666667ms","target":3}`)},
		"a count that the time has no room for": {load.Options{Stages: []load.Stage{{From: 5, To: 5, For: time.Second}}, Duration: time.Second, Count: 1000, Concurrency: 7},
			open(`"startRate":5,"timeUnit":"1s"`, "7", `{"duration":"1s","target":5},{"duration":"100ms","target":5}`)},
		"a broken number of deliveries": {load.Options{Stages: []load.Stage{{From: 2.5, To: 2.5, For: time.Second}}, Concurrency: 7}, // the third at 0.8 s
			open(`"startRate":150,"timeUnit":"1m0s"`, "7", `{"duration":"1s","target":150},{"duration":"400ms","target":150}`)},
		"ramps and jumps": {load.Options{Stages: []load.Stage{{From: 0, To: 100, For: 10 * time.Second}, {From: 50, To: 20, For: 2 * time.Second}}},
			open(`"timeUnit":"1s"`, "1020", `{"duration":"10s","target":100},{"duration":"0s","target":50},{"duration":"2s","target":20},{"duration":"0s","target":100},{"duration":"5ms","target":100}`)},
		"a count within a ramp": {load.Options{Stages: []load.Stage{{From: 0, To: 100, For: 10 * time.Second}, {From: 1, To: 1, For: load.Always}}, Count: 125, Concurrency: 7}, // half of the time
			open(`"timeUnit":"1s"`, "7", `{"duration":"5s","target":50},{"duration":"10ms","target":50}`)},
		"a rate that no unit makes whole": {load.Options{Stages: []load.Stage{{From: 1.0 / 7, To: 1.0 / 7, For: 70 * time.Second}}, Concurrency: 7},
			open(`"startRate":514286,"timeUnit":"1000h0m0s"`, "7", `{"duration":"1m10s","target":514286},{"duration":"3.5s","target":514286}`)},
	} {
		asked := c.of.Concurrency
		c.of.Series = options(t).Series
		o, err := c.of.Complete()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := json.Marshal(newScenario(o, asked))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// What k6 measures becomes a threshold; of the rest the error says who judges it.
func TestThresholds(t *testing.T) {
	const judgedLater = "let `referee load merge` judge it"
	var asserted []load.Assertion
	for _, metric := range load.Metrics() {
		text := metric + "<=1500"
		if slices.Contains([]string{"p50", "p90", "p99", "max"}, metric) {
			text = metric + "<=1.5s"
		}
		a, err := load.ParseAssertion(text)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = thresholds([]load.Assertion{a})
		switch refused := map[string]string{
			"lost": judgedLater, "duplicated": judgedLater, "unexpected": judgedLater, "recovered": judgedLater, "handled": judgedLater, "restarts": "starts no receiver",
		}[metric]; {
		case refused != "" && (err == nil || !strings.Contains(err.Error(), refused)):
			t.Errorf("%s: %v", metric, err)
		case refused == "" && err != nil:
			t.Error(err)
		case refused == "":
			asserted = append(asserted, a)
		}
	}
	by, each, err := thresholds(asserted)
	if err != nil || len(each) != len(asserted) {
		t.Fatalf("%v %v", each, err)
	}
	got, err := json.Marshal(by)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"acknowledged":["count\u003e0","count\u003c=1500"],"dropped_iterations":["count\u003c=1500"],"errors":["count\u003c=1500"],` +
		`"events":["count\u003c=1500","rate\u003c=1500"],"latency":["p(50)\u003c=1500","p(90)\u003c=1500","p(99)\u003c=1500","max\u003c=1500"]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
