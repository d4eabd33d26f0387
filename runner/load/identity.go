package load

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/schemas"
)

// Identity says which series of deliveries a load is of. Several machines that send or
// collect one series have the same.
type Identity struct {
	Seed   int64  `json:"seed"`
	PageID string `json:"page_id"`
	// Start is the instant of the first event; nil where it is not known, as to who only
	// collects.
	Start *time.Time `json:"start,omitempty"`
	Mix   []Weight   `json:"mix"`
	// Batch is how many events a delivery has, at least and at most.
	Batch [2]int `json:"batch"`
}

// Weight is a variant, and how often it comes.
type Weight struct {
	Variant string `json:"variant"`
	Weight  int    `json:"weight"`
}

// IdentityOf is that of a series.
func IdentityOf(s *series.Series) *Identity {
	o := s.Options()
	start := o.Start.UTC().Truncate(time.Millisecond)
	id := &Identity{Seed: o.Seed, PageID: o.PageID, Start: &start, Batch: [2]int{o.Least, o.Most}}
	for _, w := range o.Mix {
		id.Mix = append(id.Mix, Weight{w.Variant.ID, w.Weight})
	}
	return id
}

// series makes the series again, as far as the numbers and the variants of events go: of the
// bytes, who counts needs none.
func (id *Identity) series(c *schemas.Catalogue) (*series.Series, error) {
	o := series.Options{Seed: id.Seed, PageID: id.PageID, Start: time.UnixMilli(earliest), Least: id.Batch[0], Most: id.Batch[1]}
	for _, w := range id.Mix {
		v, known := c.ByID(w.Variant)
		if !known {
			return nil, fmt.Errorf("its mix has the variant %s, which the catalogue has not: a catalogue of your own is given with --catalogue", w.Variant)
		}
		o.Mix = append(o.Mix, series.Weighted{Variant: v, Weight: w.Weight})
	}
	return series.New(o)
}

// earliest is an instant, in milliseconds, at which a series can start.
const earliest = 1e12

// differs says in what another series is not this one; empty where they are one.
func (id *Identity) differs(other *Identity) string {
	switch {
	case id.Seed != other.Seed:
		return fmt.Sprintf("the seed %d, and not %d", other.Seed, id.Seed)
	case id.PageID != other.PageID:
		return fmt.Sprintf("the page %s, and not %s", other.PageID, id.PageID)
	case id.Batch != other.Batch:
		return fmt.Sprintf("%s events a delivery, and not %s", span(other.Batch), span(id.Batch))
	case len(id.Mix) != len(other.Mix):
		return fmt.Sprintf("a mix of %d variants, and not of %d", len(other.Mix), len(id.Mix))
	}
	for i, w := range id.Mix {
		if w != other.Mix[i] {
			return fmt.Sprintf("a mix with \"%s: %d\", and not \"%s: %d\"", other.Mix[i].Variant, other.Mix[i].Weight, w.Variant, w.Weight)
		}
	}
	if id.Start != nil && other.Start != nil && !id.Start.Equal(*other.Start) {
		return fmt.Sprintf("the start %s, and not %s: machines that share a series are given the same --at", instant(*other.Start), instant(*id.Start))
	}
	return ""
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

func span(batch [2]int) string {
	if batch[0] == batch[1] {
		return fmt.Sprint(batch[0])
	}
	return fmt.Sprintf("%d..%d", batch[0], batch[1])
}

// Part says which deliveries of a series a machine sent: so many, every Step-th from First
// on. Instances that share a load evenly have the number of instances as their step.
type Part struct {
	First      uint64 `json:"first"`
	Step       uint64 `json:"step"`
	Deliveries uint64 `json:"deliveries"`
}

// from is the number of the first delivery of the part that is not before n, and end that
// of the first behind its last.
func (p Part) from(n uint64) uint64 {
	if n <= p.First {
		return p.First
	}
	return p.First + (n-p.First+p.Step-1)/p.Step*p.Step
}

func (p Part) end() uint64 { return p.First + p.Deliveries*p.Step }
