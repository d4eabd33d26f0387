package load

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
)

// While the receiver holds deliveries the platform's console tells Prometheus of them,
// and after their end of what became of them, those of an earlier load included.
func TestMeter(t *testing.T) {
	t.Parallel()
	var begun atomic.Int64
	held, hold := make(chan bool, 10), make(chan bool)
	address := listen(t, func(c net.Conn) {
		n := begun.Add(1)
		if n > 6 {
			held <- true
			<-hold
		}
		status := "200 OK"
		if n%3 == 0 {
			status = "500 Internal Server Error"
		}
		_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n")
	})
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	meter := NewMeter()
	desk, err := console.New(console.Options{Platform: platform, Metrics: meter})
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	metrics := func(want ...string) {
		t.Helper()
		answer, err := client.Get(desk.URL() + "metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%d %v: %s", answer.StatusCode, err, text)
		}
		for _, line := range want {
			name, absent := strings.CutPrefix(line, "!")
			if strings.Contains(string(text), "\n"+name) == absent {
				t.Errorf("no %s in\n%s", line, text)
			}
		}
	}
	run := func(stages []Stage) Result {
		o := Options{Series: seriesOf(t, 1, 1, "message.text"), URL: "http://" + address, Count: 6, Concurrency: 6, Stages: stages, AckDeadline: time.Minute, Meter: meter}
		l, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		return l.Run(t.Context())
	}

	metrics("!referee_load")
	if r := run(nil); r.Errors != 2 {
		t.Fatalf("it is %+v", r)
	}
	metrics("referee_load_deliveries_sent_total 6", "referee_load_deliveries_in_flight 0", `referee_load_errors_total{kind="status 500"} 2`,
		"!referee_load_deliveries_planned_total", "!referee_load_events_handled_total")

	ended := make(chan Result)
	go func() { ended <- run([]Stage{{1000, 1000, time.Hour}}) }()
	for range 6 {
		<-held
	}
	metrics("referee_load_deliveries_sent_total 6", "referee_load_deliveries_in_flight 6", "referee_load_deliveries_planned_total 6", "referee_load_latency_seconds_count 4")
	close(hold)
	r := <-ended
	if r.Errors != 2 || r.Seconds[0].Planned == 0 {
		t.Errorf("it is %+v", r)
	}
	metrics("referee_load_deliveries_sent_total 12", "referee_load_deliveries_acknowledged_total 8", "referee_load_deliveries_in_flight 0", "referee_load_deliveries_dropped_total 0",
		`referee_load_errors_total{kind="status 500"} 4`, "referee_load_latency_seconds_count 8", `referee_load_latency_seconds_bucket{le="+Inf"} 8`, "referee_load_lateness_seconds_count 6",
		"referee_exchanges_dropped_total 0")
}

// gathered are the counters and gauges of a meter, over all labels.
func gathered(t *testing.T, m *Meter) map[string]float64 {
	t.Helper()
	metrics := prometheus.NewPedanticRegistry()
	metrics.MustRegister(m)
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, x := range f.GetMetric() {
			got[f.GetName()] += x.GetCounter().GetValue() + x.GetGauge().GetValue()
		}
	}
	return got
}
