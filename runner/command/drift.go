package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// driftFormats are what a drift can be written as.
var driftFormats = []string{"text", "json", "markdown"}

func newDrift(h *Host) *cobra.Command {
	var against []string
	var when, format, accept, folder string
	cmd := &cobra.Command{
		Use:   "drift [FILE|FOLDER|-]...",
		Short: "Compare payloads with the catalogue, or with earlier ones",
		Long: `Compare payloads with the catalogue, or with --against payloads that came before:
new and vanished members, changed types, new values of closed sets, new kinds of
events. Each difference comes with its count, the first and the last time, an
example, and what it means: harmless, risky, or breaking, and for which receivers.
Payloads come from the files that ` + "`referee validate`" + ` reads.

What was looked into can be accepted: ` + "`--format json > accepted.json`" + ` once, and then
--accept accepted.json. --write puts a variant file and schema patches for what is
new into a folder.

Exit codes: 0 when nothing drifted, 1 when something did that was not accepted,
3 when something could not be read, 4 when there was no payload.`,
		Example: `  referee drift captures/tonight.ndjson --accept accepted.json
  referee drift today.ndjson --against yesterday.ndjson --format markdown`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(driftFormats, format) {
				return fmt.Errorf("--format %s: there is %s", format, strings.Join(driftFormats, ", "))
			}
			catalogue, err := schemas.AsOf(when)
			if err != nil {
				return fmt.Errorf("--as-of: %w", err)
			}
			var accepted drift.Report
			if accept != "" {
				if accepted, err = readAccepted(accept); err != nil {
					return err
				}
			}
			r, err := h.drift(cmd.Context(), catalogue, args, against)
			if err != nil {
				return err
			}
			r, known := r.Without(accepted)
			if folder != "" {
				if err := writeSuggestions(folder, r); err != nil {
					return trouble(err)
				}
			}
			switch format {
			case "json":
				err = report.WriteDriftJSON(h.Stdout, r)
			case "markdown":
				err = report.WriteDriftMarkdown(h.Stdout, r, known)
			default:
				err = report.WriteDrift(h.Stdout, r, known, h.page(h.Stdout))
			}
			if err != nil {
				return trouble(err)
			}
			if len(r.Items) > 0 || r.More > 0 {
				return &exit{code: report.ExitNonconformant}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&against, "against", nil, "compare with the payloads in this `FILE` or folder instead of the catalogue; may be given several times")
	flags.StringVar(&when, "as-of", "", "the catalogue of this `DATE`, or of a Graph API version such as v12.0; default: all that Meta ever sent")
	flags.StringVar(&format, "format", "text", "how to print it: `FORMAT` is text, json or markdown")
	flags.StringVar(&accept, "accept", "", "leave out the differences in this `FILE`, which --format json has written")
	flags.StringVar(&folder, "write", "", "write variant files and schema patches for what is new into this `FOLDER`")
	return cmd
}

// drift compares the payloads that args name.
func (h *Host) drift(ctx context.Context, catalogue *schemas.Catalogue, args, against []string) (drift.Report, error) {
	now, err := h.sources(args)
	if err != nil {
		return drift.Report{}, err
	}
	if len(against) == 0 {
		c, err := gather(ctx, now, func() *drift.Collector { return drift.NewCollector(catalogue) }, (*drift.Collector).Add, (*drift.Collector).Merge)
		if err != nil {
			return drift.Report{}, err
		}
		return c.Report(), nil
	}
	before, err := h.sources(against)
	if err != nil {
		return drift.Report{}, err
	}
	profile := func(sources []payload.Source) (*drift.Profile, error) {
		return gather(ctx, sources, func() *drift.Profile { return drift.NewProfile(catalogue) }, (*drift.Profile).Add, (*drift.Profile).Merge)
	}
	earlier, err := profile(before)
	if err != nil {
		return drift.Report{}, err
	}
	later, err := profile(now)
	if err != nil {
		return drift.Report{}, err
	}
	return later.Compare(earlier), nil
}

// gather sums payloads up, one sum for each core, and joins the sums.
func gather[T any](ctx context.Context, sources []payload.Source, empty func() T, add func(T, drift.Sample), merge func(T, T)) (T, error) {
	sums := make([]T, payload.Workers())
	for i := range sums {
		sums[i] = empty()
	}
	err := payload.Each(ctx, sources, func(worker int, p payload.Payload) struct{} {
		add(sums[worker], drift.Sample{Body: p.Body, At: p.Instant(), Where: p.Where})
		return struct{}{}
	}, func(payload.Payload, struct{}) error { return nil })
	if err != nil {
		return sums[0], unlooked(ctx, err)
	}
	for _, other := range sums[1:] {
		merge(sums[0], other)
	}
	return sums[0], nil
}

// readAccepted reads the differences that somebody has looked into.
func readAccepted(file string) (drift.Report, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return drift.Report{}, fmt.Errorf("--accept: %w", err)
	}
	var r drift.Report
	if err := json.Unmarshal(text, &r); err != nil || r.Items == nil {
		return drift.Report{}, errors.Join(fmt.Errorf("--accept %s: it is not what `referee drift --format json` prints", file), err)
	}
	return r, nil
}

// writeSuggestions writes a variant file for each difference in an event, and
// schema patches.
func writeSuggestions(folder string, r drift.Report) error {
	write := func(name string, v any) error {
		return report.WriteFile(filepath.Join(folder, name), func(w io.Writer) error { return writeJSON(w, v) })
	}
	for _, i := range r.Items {
		if v, ok := i.Variant(); ok {
			if err := write(v.ID+".json", v); err != nil {
				return err
			}
		}
	}
	for file, patch := range drift.Patches(r.Items) {
		if err := write(strings.TrimSuffix(filepath.Base(file), ".json")+".patch.json", patch); err != nil {
			return err
		}
	}
	return nil
}
