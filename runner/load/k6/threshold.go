package k6

import (
	"fmt"
	"strconv"

	"github.com/seed-11445fa1/referee/runner/load"
)

// threshold is an assertion as one of k6's.
type threshold struct {
	Assertion string `json:"assertion"`
	Metric    string `json:"metric"`
	Value     string `json:"value"` // of the metric
	Threshold string `json:"threshold"`
}

// measured are the metrics of a script, and how k6 calls the value, by the metrics of
// assertions.
var measured = map[string][2]string{
	"p50": {"latency", "p(50)"}, "p90": {"latency", "p(90)"}, "p99": {"latency", "p(99)"}, "max": {"latency", "max"},
	"events": {"events", "count"}, "events_per_second": {"events", "rate"}, "acknowledged": {"acknowledged", "count"},
	"dropped": {"dropped_iterations", "count"}, "errors": {"errors", "count"},
}

// thresholds are those of assertions, by the metrics of the script. A load of which nothing
// was acknowledged is no success: of no latencies k6 would say that all are short.
func thresholds(asserted []load.Assertion) (by map[string][]string, each []threshold, err error) {
	by, each = map[string][]string{"acknowledged": {"count>0"}}, []threshold{}
	for _, a := range asserted {
		of, known := measured[a.Metric]
		if !known {
			if a.Metric == "restarts" {
				return nil, nil, fmt.Errorf("%q: k6 starts no receiver; leave it out", a.Text)
			}
			return nil, nil, fmt.Errorf("%q: k6 does not see what comes of an event, so it cannot judge %s; leave it out, and let `referee load merge` judge it", a.Text, a.Metric)
		}
		t := threshold{a.Text, of[0], of[1], of[1] + a.Op + strconv.FormatFloat(a.Value, 'f', -1, 64)}
		by[t.Metric], each = append(by[t.Metric], t.Threshold), append(each, t)
	}
	return by, each, nil
}
