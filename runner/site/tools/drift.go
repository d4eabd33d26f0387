package tools

import (
	"fmt"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// driftQuestion asks how payloads differ from the catalogue, or from earlier ones.
type driftQuestion struct {
	given
	// Against are the earlier ones. Default: the catalogue.
	Against *given `json:"against,omitempty"`
	AsOf    string `json:"as_of,omitempty"`
}

func (t *Tools) drift(q driftQuestion) (drift.Report, error) {
	catalogue, err := t.asOf(q.AsOf)
	if err != nil {
		return drift.Report{}, err
	}
	gather := func(g given, add func(drift.Sample)) error {
		return each(g, func(payload.Payload) struct{} { return struct{}{} }, func(p payload.Payload, _ struct{}) {
			add(drift.Sample{Body: p.Body, At: p.Instant(), Where: p.Where})
		})
	}
	if q.Against == nil {
		c := drift.NewCollector(catalogue)
		if err := gather(q.given, c.Add); err != nil {
			return drift.Report{}, err
		}
		return c.Report(), nil
	}
	before, after := drift.NewProfile(catalogue), drift.NewProfile(catalogue)
	if err := gather(*q.Against, before.Add); err != nil {
		return drift.Report{}, fmt.Errorf("of the earlier payloads, %w", err)
	}
	if err := gather(q.given, after.Add); err != nil {
		return drift.Report{}, err
	}
	return after.Compare(before), nil
}
