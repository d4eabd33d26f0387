package load

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// stats are what was measured. Goroutines write into shards, so that they do not wait for
// each other.
type stats struct {
	shards [16]shard
	lag    shard // between an acknowledgement and its handling, of a sample
}

type shard struct {
	mu       sync.Mutex
	latency  *hdrhistogram.Histogram // from the planned instant to the end of the answer
	lateness *hdrhistogram.Histogram // from the planned instant to the beginning
	second   *hdrhistogram.Histogram // the latencies since the last look
	sent     uint64
	good     uint64
	errors   map[string]uint64
	now      Second
	flying   atomic.Int64 // deliveries that are under way
}

// Histograms are of microseconds, up to two minutes, with three significant digits.
func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, 120_000_000, 3) }

func newStats() *stats {
	s := &stats{}
	for i := range s.shards {
		s.shards[i].init()
	}
	s.lag.init()
	return s
}

func (s *shard) init() {
	s.latency, s.lateness, s.second, s.errors = newHistogram(), newHistogram(), newHistogram(), map[string]uint64{}
}

// record notes a value, or the largest that there is room for.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	v := max(1, d.Microseconds())
	if h.RecordValue(v) != nil {
		_ = h.RecordValue(h.HighestTrackableValue()) // which always has room
	}
}

// shard is where a goroutine writes.
func (s *stats) shard(worker int) *shard { return &s.shards[worker%len(s.shards)] }

// add notes a delivery of the open model, or, with a planned instant that is zero, of the
// closed one.
func (s *stats) add(worker int, planned, began, ended time.Time, a answer) {
	sh := s.shard(worker)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.sent++
	sh.now.Sent++
	from := began
	if !planned.IsZero() {
		from = planned
		record(sh.lateness, began.Sub(planned))
	}
	if a.kind == "" && a.status/100 == 2 {
		sh.good++
		sh.now.Acknowledged++
		record(sh.latency, ended.Sub(from))
		record(sh.second, ended.Sub(from))
		return
	}
	kind := a.kind
	if kind == "" {
		kind = "status " + strconv.Itoa(a.status)
	}
	sh.errors[kind]++
	sh.now.Errors++
	if sh.now.ErrorsBy == nil {
		sh.now.ErrorsBy = map[string]uint64{}
	}
	sh.now.ErrorsBy[kind]++
}

// unanswered is how many deliveries were not acknowledged so far.
func (s *stats) unanswered() (n uint64) {
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += s.shards[i].sent - s.shards[i].good
		s.shards[i].mu.Unlock()
	}
	return n
}

// totals are what deliveries have come to so far.
type totals struct {
	sent, good        uint64
	errors            map[string]uint64
	latency, lateness *hdrhistogram.Histogram
}

func newTotals() totals {
	return totals{errors: map[string]uint64{}, latency: newHistogram(), lateness: newHistogram()}
}

// plus adds others.
func (t *totals) plus(sent, good uint64, errors map[string]uint64, latency, lateness *hdrhistogram.Histogram) {
	t.sent += sent
	t.good += good
	for kind, n := range errors {
		t.errors[kind] += n
	}
	t.latency.Merge(latency)
	t.lateness.Merge(lateness)
}

func (s *stats) totals() totals {
	t := newTotals()
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		t.plus(sh.sent, sh.good, sh.errors, sh.latency, sh.lateness)
		sh.mu.Unlock()
	}
	return t
}

// Second is how a second of a load went. Deliveries are counted when they are answered,
// and their latencies are those of the acknowledged ones: 0 where there is none.
type Second struct {
	At float64 `json:"at_s"` // its end, since the beginning
	// Planned is how many deliveries had to be sent, in the open model.
	Planned      uint64            `json:"planned,omitempty"`
	Sent         uint64            `json:"sent"`
	Acknowledged uint64            `json:"acknowledged"`
	Errors       uint64            `json:"errors"`
	ErrorsBy     map[string]uint64 `json:"errors_by,omitempty"`
	Dropped      uint64            `json:"dropped"`
	P50          float64           `json:"p50_ms"`
	P90          float64           `json:"p90_ms"`
	P99          float64           `json:"p99_ms"`
	Max          float64           `json:"max_ms"`
	// Handled are events of which something came for the first time, and Waiting those
	// that were acknowledged and not handled yet, at its end; nil where nothing shows it.
	Handled *uint64       `json:"handled,omitempty"`
	Waiting *uint64       `json:"waiting,omitempty"`
	Lag     *Milliseconds `json:"lag_ms,omitempty"` // of the sample that was handled in it
}

// look takes what came since the last look.
func (s *stats) look() Second {
	all := newHistogram()
	var now Second
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		all.Merge(sh.second)
		sh.second.Reset()
		now.Sent += sh.now.Sent
		now.Acknowledged += sh.now.Acknowledged
		now.Errors += sh.now.Errors
		for kind, n := range sh.now.ErrorsBy {
			if now.ErrorsBy == nil {
				now.ErrorsBy = map[string]uint64{}
			}
			now.ErrorsBy[kind] += n
		}
		sh.now = Second{}
		sh.mu.Unlock()
	}
	if d := distribution(all); d != nil {
		now.P50, now.P90, now.P99, now.Max = d.P50, d.P90, d.P99, d.Max
	}
	s.lag.mu.Lock()
	now.Lag = distribution(s.lag.second)
	s.lag.second.Reset()
	s.lag.mu.Unlock()
	return now
}

func millis(micros int64) float64 { return float64(micros) / 1000 }

// Milliseconds are percentiles of a distribution.
type Milliseconds struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
	// Worst reports that each is that of the machine that had the worst, because not all of
	// them told more than percentiles.
	Worst bool `json:"worst,omitempty"`
	// Histogram is what the percentiles were taken from, in microseconds: an HDR histogram
	// in its compressed encoding V2, in base64. Empty where it is not known.
	Histogram string `json:"histogram,omitempty"`
}

// distribution is that of a histogram; nil where nothing was measured.
func distribution(h *hdrhistogram.Histogram) *Milliseconds {
	if h.TotalCount() == 0 {
		return nil
	}
	return &Milliseconds{P50: millis(h.ValueAtQuantile(50)), P90: millis(h.ValueAtQuantile(90)), P99: millis(h.ValueAtQuantile(99)), Max: millis(h.Max())}
}

// Class is how many took at most so long, and longer than the class below it: there are
// ten of them from 1 to 10, from 10 to 100 and so on.
type Class struct {
	UpToUS int64  `json:"up_to_us"` // microseconds
	Count  uint64 `json:"count"`
}

// classesOf are the classes of a histogram with something in them, the shortest first.
func classesOf(h *hdrhistogram.Histogram) []Class {
	counts := map[int64]uint64{}
	for _, b := range h.Distribution() {
		if b.Count > 0 {
			up := math.Ceil(10*math.Log10(float64(max(1, b.From))) - 1e-9) // rounding may be off
			counts[int64(math.Round(math.Pow(10, up/10)))] += uint64(b.Count)
		}
	}
	classes := []Class{}
	for _, up := range slices.Sorted(maps.Keys(counts)) {
		classes = append(classes, Class{up, counts[up]})
	}
	return classes
}
