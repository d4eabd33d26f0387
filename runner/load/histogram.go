package load

import (
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// encoded is the distribution of a histogram with the histogram itself, so that those of
// several machines can be added up.
func encoded(h *hdrhistogram.Histogram) *Milliseconds {
	m := distribution(h)
	if m == nil {
		return nil
	}
	if text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase); err == nil {
		m.Histogram = string(text)
	}
	return m
}

// distributions adds up those of several machines.
type distributions struct {
	all   *hdrhistogram.Histogram
	worst *Milliseconds // of those without a histogram
}

// add adds the distribution of a machine. The error says that its histogram is none of ours.
func (d *distributions) add(m *Milliseconds) error {
	switch {
	case m == nil:
		return nil
	case m.Histogram == "":
		if d.worst == nil {
			d.worst = &Milliseconds{}
		}
		d.worst.raise(m)
		return nil
	}
	h, err := hdrhistogram.Decode([]byte(m.Histogram))
	if err != nil {
		return fmt.Errorf("the histogram cannot be read: %w", err)
	}
	if d.all == nil {
		d.all = newHistogram()
	}
	if lost := d.all.Merge(h); lost > 0 {
		return fmt.Errorf("the histogram has %d values of more than %d s", lost, d.all.HighestTrackableValue()/1_000_000)
	}
	return nil
}

// sum is the distribution of all. Where a machine told no more than its percentiles, each is
// that of the machine that had the worst: that of all is not above it.
func (d *distributions) sum() *Milliseconds {
	var all *Milliseconds
	if d.all != nil {
		all = encoded(d.all)
	}
	if d.worst == nil {
		return all
	}
	worst := *d.worst
	if all != nil {
		worst.raise(all)
	}
	worst.Worst = true
	return &worst
}

func (m *Milliseconds) raise(other *Milliseconds) {
	m.P50, m.P90, m.P99, m.Max = max(m.P50, other.P50), max(m.P90, other.P90), max(m.P99, other.P99), max(m.Max, other.Max)
}
