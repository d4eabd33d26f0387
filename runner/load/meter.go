package load

import (
	"sync"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/prometheus/client_golang/prometheus"
)

// Meter counts loads for Prometheus while they go on: the one that runs and those that
// were sent before it with the same meter, as those that look for a limit are.
type Meter struct {
	mu   sync.Mutex
	now  *Load // nil: none has begun
	past metered
}

// metered is what loads have come to.
type metered struct {
	totals
	planned, dropped, shown, unexpected, ends uint64
}

// NewMeter returns a meter that has counted nothing.
func NewMeter() *Meter { return &Meter{past: metered{totals: newTotals()}} }

// begin counts another load beside those before. A nil meter counts nothing.
func (m *Meter) begin(l *Load) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now != nil {
		m.past.plus(m.now)
	}
	m.now = l
}

// plus adds a load.
func (m *metered) plus(l *Load) {
	t := l.stats.totals()
	m.totals.plus(t.sent, t.good, t.errors, t.latency, t.lateness)
	m.planned += l.planned()
	m.dropped += l.dropped.Load()
	m.shown += l.account.shown.Load()
	m.unexpected += l.account.unexpected.Load()
	m.ends += l.lives.ended()
}

// What is counted.
var (
	descSent         = describe("deliveries_sent_total", "Deliveries that were answered or given up.")
	descAcknowledged = describe("deliveries_acknowledged_total", "Deliveries that were acknowledged: answered with a status of 200 to 299 in time.")
	descErrors       = describe("errors_total", "Deliveries that were not acknowledged, by the kind of the error.", "kind")
	descPlanned      = describe("deliveries_planned_total", "Deliveries that had to be sent until now, where a rate is given.")
	descDropped      = describe("deliveries_dropped_total", "Deliveries that could not be started within a second of their planned instant.")
	descFlying       = describe("deliveries_in_flight", "Deliveries that are under way.")
	descHandled      = describe("events_handled_total", "Events for which a message or a receipt came.")
	descWaiting      = describe("events_waiting", "Events that were acknowledged, and not handled yet.")
	descUnexpected   = describe("unexpected_total", "Messages and receipts for events that were never sent.")
	descEnds         = describe("receiver_ends_total", "How often the receiver ended by itself.")
	descLatency      = describe("latency_seconds", "Time to the acknowledgement, from the planned instant on where a rate is given.")
	descLateness     = describe("lateness_seconds", "How long after its planned instant a delivery was begun.")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("referee_load_"+name, help, labels, nil)
}

// Describe is part of prometheus.Collector.
func (m *Meter) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descSent, descAcknowledged, descErrors, descPlanned, descDropped, descFlying, descHandled, descWaiting, descUnexpected, descEnds, descLatency, descLateness,
	} {
		descs <- d
	}
}

// Collect is part of prometheus.Collector. Where nothing shows what was handled, nothing
// is said about it, and nothing about planned instants where there are none.
func (m *Meter) Collect(metrics chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil {
		return
	}
	all := metered{totals: newTotals(), planned: m.past.planned, dropped: m.past.dropped, shown: m.past.shown, unexpected: m.past.unexpected, ends: m.past.ends}
	all.totals.plus(m.past.sent, m.past.good, m.past.errors, m.past.latency, m.past.lateness)
	all.plus(m.now)
	one := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		one(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(descSent, all.sent)
	count(descAcknowledged, all.good)
	for kind, n := range all.errors {
		count(descErrors, n, kind)
	}
	flying := int64(0)
	for i := range m.now.stats.shards {
		flying += m.now.stats.shards[i].flying.Load()
	}
	if m.now.opts.Receiver.Restart != nil {
		count(descEnds, all.ends)
	}
	one(descFlying, prometheus.GaugeValue, float64(flying))
	metrics <- inSeconds(descLatency, all.latency)
	if len(m.now.opts.Stages) > 0 {
		count(descPlanned, all.planned)
		count(descDropped, all.dropped)
		metrics <- inSeconds(descLateness, all.lateness)
	}
	if m.now.once != nil && m.now.calls.unseen.Load() == 0 {
		count(descHandled, all.shown)
		count(descUnexpected, all.unexpected)
		one(descWaiting, prometheus.GaugeValue, float64(m.now.account.waiting()))
	}
}

// inSeconds is a histogram of microseconds as one of Prometheus.
func inSeconds(d *prometheus.Desc, h *hdrhistogram.Histogram) prometheus.Metric {
	within := map[float64]uint64{}
	for _, most := range []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10} {
		within[most] = 0
	}
	for _, b := range h.Distribution() {
		for most := range within {
			if float64(b.To) <= most*1e6 {
				within[most] += uint64(b.Count)
			}
		}
	}
	return prometheus.MustNewConstHistogram(d, uint64(h.TotalCount()), h.Mean()*float64(h.TotalCount())/1e6, within)
}
