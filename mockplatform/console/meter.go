package console

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// meter counts what happens, for Prometheus. It follows the journal as a stream
// does.
type meter struct {
	server  *Server
	process string // tells the versions of this process from those of another
	metrics *prometheus.Registry
	begun   *prometheus.CounterVec
	settled *prometheus.CounterVec
	took    *prometheus.HistogramVec
}

func newMeter(s *Server) *meter {
	m := &meter{
		server:  s,
		process: rand.Text()[:8],
		metrics: prometheus.NewRegistry(),
		begun: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "referee_exchanges_total", Help: "Exchanges that began, by their kind.",
		}, []string{"kind"}),
		settled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "referee_exchanges_settled_total", Help: "Exchanges that are over, by their kind and the status of the answer; status 0 is none.",
		}, []string{"kind", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "referee_exchange_duration_seconds", Help: "How long exchanges took, by their kind.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5, 20},
		}, []string{"kind"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.metrics.MustRegister(
		m.begun, m.settled, m.took,
		collectors.NewGoCollector(),
		gauge("referee_people", "People whom the platform knows.", func() float64 { return float64(len(s.platform.People())) }),
		gauge("referee_pending_deliveries", "Deliveries that wait for an attempt.", func() float64 { return float64(s.platform.Receiver().Pending) }),
		gauge("referee_receiver_disabled", "1 while the subscription is disabled because the receiver kept failing.", func() float64 {
			if s.platform.Receiver().Health == outbox.Disabled {
				return 1
			}
			return 0
		}),
		gauge("referee_streams", "Event streams that are read.", func() float64 { return float64(len(s.streams)) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "referee_exchanges_dropped_total", Help: "Exchanges that the journal dropped because it was full.",
		}, func() float64 { return float64(s.platform.Journal().Dropped()) }),
	)
	if s.opts.Metrics != nil {
		m.metrics.MustRegister(s.opts.Metrics)
	}
	return m
}

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.metrics, promhttp.HandlerOpts{})
}

// follow counts until ctx ends.
func (m *meter) follow(ctx context.Context) {
	var version uint64
	first := uint64(1)
	over := map[uint64]bool{} // of each exchange that is kept and was counted, whether it is over
	for {
		c := m.server.platform.Journal().Since(version, streamPiece)
		for _, x := range c.Exchanges {
			settled, counted := over[x.Seq]
			if !counted {
				m.begun.WithLabelValues(string(x.Kind)).Inc()
			}
			if x.Settled() && !settled {
				m.settle(x)
			}
			over[x.Seq] = x.Settled()
		}
		for ; first < c.First; first++ {
			delete(over, first)
		}
		version = c.Version
		select {
		case <-c.More:
		case <-ctx.Done():
			return
		}
	}
}

// settle counts an exchange that is over.
func (m *meter) settle(x journal.Exchange) {
	m.settled.WithLabelValues(string(x.Kind), strconv.Itoa(x.Response.Status)).Inc()
	m.took.WithLabelValues(string(x.Kind)).Observe(x.Timing.Done.Seconds())
}
