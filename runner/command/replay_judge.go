package command

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// mostShapes is how many payloads a receiver is judged with: what a spec has time
// for.
const mostShapes = 200

// judgeWith judges the receiver with the first payload of each shape, and with the first
// that has a value by which receivers tell payloads apart.
func (f *replayFlags) judgeWith(cmd *cobra.Command, h *Host, sources []payload.Source) error {
	if err := f.named(configFile(cmd)); err != nil {
		return err // before a long capture is read
	}
	var err error
	if f.catalogue, err = h.catalogue(f.folder, f.asOf); err != nil {
		return err
	}
	ever := f.catalogue.Ever()
	seen := map[schemas.Shape]bool{}
	values := map[string]bool{}
	var needed []bool // by payload: it is the first with a value
	fit, unread := 0, 0
	err = payload.Each(cmd.Context(), sources, func(_ int, p payload.Payload) shaped { return shapeOf(ever, p) }, func(p payload.Payload, s shaped) error {
		switch {
		case leftOut(p.Record) != "":
		case s.Body == nil:
			unread++
		default:
			brings := false
			for _, value := range s.values {
				brings = brings || !values[value]
				values[value] = true
			}
			if seen[s.shape] && !brings {
				break
			}
			seen[s.shape] = true
			fit++
			at := len(f.payloads)
			if at == mostShapes && brings { // a value that is new outweighs one more shape
				at = slices.Index(needed, false)
			}
			switch {
			case at < 0 || at == mostShapes: // there is no place left for it
			case at < len(f.payloads):
				f.payloads[at], needed[at] = s.Payload, true
			default:
				f.payloads, needed = append(f.payloads, s.Payload), append(needed, brings)
			}
		}
		return nil
	})
	if err != nil {
		return unlooked(cmd.Context(), err)
	}
	if len(f.payloads) == 0 {
		return &exit{code: report.ExitEmpty, err: payload.ErrNone}
	}
	text := "judging with " + plural.Count(len(f.payloads), "payload")
	if len(f.payloads) > 1 {
		text += " of different shapes or values"
	}
	if more := fit - len(f.payloads); more > 0 {
		text += fmt.Sprintf("; left out: %d further", more)
	}
	if unread > 0 {
		text += fmt.Sprintf("; left out: %d not JSON", unread)
	}
	fmt.Fprintln(h.Stderr, text)
	return f.run(cmd, h)
}

// shaped is a payload, its shape and the values that tell it apart; empty where it is
// not JSON.
type shaped struct {
	suites.Payload
	shape  schemas.Shape
	values []string
}

// shapeOf finds out which events are in a payload: which members they have, of which
// types, and with which values. How many there are of each does not matter.
func shapeOf(catalogue *schemas.Catalogue, p payload.Payload) shaped {
	reading, err := catalogue.Read(p.Body)
	if err != nil {
		return shaped{}
	}
	names := report.NewPayload(p.Where, "", reading, nil).Names()
	if names == "" {
		names = "no event"
	}
	return shaped{suites.Payload{What: fmt.Sprintf("%s (%s)", p.Where, names), Body: p.Body}, reading.Shape, catalogue.ValuesOf(p.Body)}
}
